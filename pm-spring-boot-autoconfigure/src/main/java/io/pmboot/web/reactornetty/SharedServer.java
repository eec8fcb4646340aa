package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.AcceptGate;
import io.pmboot.web.AcceptingServer;
import io.pmboot.web.DrainingServer;
import io.pmboot.web.ListenerAcceptor;
import org.jspecify.annotations.Nullable;

/**
 * Accepts for a Reactor Netty on any number of listeners that other processes hold too.
 * An event loop does not wait in accept, and polling a listener that others accept on
 * hangs as soon as another was faster: so each listener has a thread that does.
 */
final class SharedServer implements AcceptingServer, DrainingServer {

	/**
	 * Connections that wait for an event loop to take them: while the loops are behind,
	 * other workers accept.
	 */
	private static final int MAX_WAITING = 8;

	private final List<AdoptedListener> listeners;

	private final ConnectionDrain drain;

	private final AcceptGate gate = new AcceptGate();

	private final Semaphore waiting = new Semaphore(MAX_WAITING);

	private volatile @Nullable Channel channel;

	SharedServer(List<AdoptedListener> listeners, ConnectionDrain drain) {
		this.listeners = listeners;
		this.drain = drain;
	}

	/**
	 * The server has been started.
	 * @param channel takes what is accepted, until it is closed
	 */
	void setChannel(Channel channel) {
		this.channel = channel;
		channel.closeFuture().addListener((closed) -> this.gate.retire());
	}

	@Override
	public void beginAccepting() throws IOException {
		for (AdoptedListener listener : this.listeners) {
			listener.blockInAccept();
		}
		ListenerAcceptor.start(this.listeners, this, this.gate, SharedServer::acceptorThread);
		this.gate.open();
	}

	private static Thread acceptorThread(Runnable acceptor, String name) {
		Thread thread = new Thread(acceptor, "reactor-http-" + name);
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.drain.begin(reason);
		this.gate.close(this.drain::acceptorsLeft);
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

	@Override
	public void awaitConnection() throws InterruptedException {
		this.waiting.acquire();
	}

	@Override
	public void noConnection() {
		this.waiting.release();
	}

	@Override
	public void serve(SocketChannel accepted) throws IOException {
		Channel server = this.channel;
		Channel connection;
		try {
			connection = connection(server, accepted);
		}
		catch (IOException | RuntimeException ex) {
			this.waiting.release();
			accepted.close();
			throw ex;
		}
		connection.pipeline().addFirst(new SharedConnection(connection, this.drain, this.waiting::release));
		this.drain.begun(connection);
		connection.parent().eventLoop().execute(() -> {
			connection.parent().pipeline().fireChannelRead(connection);
			connection.parent().pipeline().fireChannelReadComplete();
		});
	}

	private static Channel connection(@Nullable Channel server, SocketChannel accepted) throws IOException {
		if (server == null || !server.isActive()) {
			throw new ClosedChannelException();
		}
		return (accepted.getLocalAddress() instanceof UnixDomainSocketAddress)
				? new NioDomainSocketChannel(server, accepted) : new NioSocketChannel(server, accepted);
	}

}
