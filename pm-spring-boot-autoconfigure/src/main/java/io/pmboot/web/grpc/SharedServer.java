package io.pmboot.web.grpc;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import io.grpc.Server;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.DrainingServer;
import io.pmboot.web.netty.NettyAcceptor;
import io.pmboot.web.netty.OpenConnections;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server on any number of listeners that other processes hold too.
 */
final class SharedServer implements DrainingServer {

	private final OpenConnections connections = new OpenConnections();

	private final NettyAcceptor acceptor;

	private volatile @Nullable Server server;

	SharedServer(List<AdoptedListener> listeners) {
		this.acceptor = new NettyAcceptor(listeners, "grpc-", this.connections::add);
		this.acceptor.setTcpOptions(Map.of(ChannelOption.SO_KEEPALIVE, true));
	}

	void setChannel(Channel channel) {
		this.acceptor.setServer(channel);
	}

	/**
	 * The server has been started.
	 * @param server the server
	 */
	void setServer(Server server) {
		this.server = server;
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
		// Not before it has taken all that was accepted: one that it takes later, it
		// would not tell.
		this.acceptor.end(this::shutDown);
		return this.connections.ended();
	}

	// Waits for an event loop, so that it must not be called on one.
	private void shutDown() {
		Thread thread = new Thread(() -> {
			Server server = this.server;
			if (server != null) {
				server.shutdown();
			}
			this.connections.complete();
		}, "pm-grpc-drain");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void hasten(DrainReason reason) {
		// Every client has been told to leave, idle ones first.
	}

	@Override
	public int connections() {
		return this.connections.count();
	}

}
