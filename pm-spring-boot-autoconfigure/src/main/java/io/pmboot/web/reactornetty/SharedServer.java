package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.DrainingServer;
import io.pmboot.web.netty.NettyAcceptor;

/**
 * A Reactor Netty on any number of listeners that other processes hold too.
 */
final class SharedServer implements DrainingServer {

	private final ConnectionDrain drain;

	private final NettyAcceptor acceptor;

	SharedServer(List<AdoptedListener> listeners, ConnectionDrain drain) {
		this.drain = drain;
		this.acceptor = new NettyAcceptor(listeners, "reactor-http-", this::connected);
	}

	private void connected(Channel connection) {
		connection.pipeline().addLast(new SharedConnection(connection, this.drain));
		this.drain.begun(connection);
	}

	void setTcpOptions(Map<ChannelOption<?>, ?> options) {
		this.acceptor.setTcpOptions(options);
	}

	/**
	 * The server has been started.
	 * @param channel takes what is accepted, until it is closed
	 */
	void setChannel(Channel channel) {
		this.acceptor.setServer(channel);
	}

	@Override
	public void beginAccepting() throws IOException {
		this.acceptor.begin();
	}

	@Override
	public void refuse(boolean refusing) {
		this.acceptor.refuse(refusing);
	}

	@Override
	public int acceptors() {
		return this.acceptor.acceptors();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.drain.begin(reason);
		this.acceptor.end(this.drain::acceptorsLeft);
		return this.drain.ended();
	}

	@Override
	public void hasten(DrainReason reason) {
		this.drain.hasten(reason);
	}

	@Override
	public int connections() {
		return this.drain.connections();
	}

}
