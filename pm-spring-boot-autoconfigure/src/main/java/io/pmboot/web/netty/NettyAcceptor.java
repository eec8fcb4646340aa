package io.pmboot.web.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.AcceptGate;
import io.pmboot.web.AcceptingServer;
import io.pmboot.web.ListenerAcceptor;
import org.jspecify.annotations.Nullable;

/**
 * Accepts for a server on Netty on any number of listeners that other processes hold too.
 * An event loop does not wait in accept, and polling a listener that others accept on
 * hangs as soon as another was faster: so each listener has a thread that does.
 *
 * @since 0.1
 */
public final class NettyAcceptor implements AcceptingServer {

	/**
	 * Connections that wait for an event loop to take them: while the loops are behind,
	 * other workers accept.
	 */
	private static final int MAX_WAITING = 8;

	private final List<AdoptedListener> listeners;

	private final String threads;

	private final Consumer<Channel> connected;

	private final AcceptGate gate = new AcceptGate();

	/** Each acceptor that waits in accept has one, too. */
	private final Semaphore waiting;

	private final int maxWaiting;

	private final AtomicReference<@Nullable Runnable> whenTaken = new AtomicReference<>();

	private volatile Map<ChannelOption<?>, ?> tcpOptions = Map.of();

	private volatile @Nullable Channel server;

	/**
	 * Creates it, accepting nothing yet.
	 * @param listeners the worker's listeners
	 * @param threads how the names of the accepting threads begin
	 * @param connected sees each connection before the server does, on the thread that
	 * has accepted it
	 */
	public NettyAcceptor(List<AdoptedListener> listeners, String threads, Consumer<Channel> connected) {
		this.listeners = listeners;
		this.threads = threads;
		this.connected = connected;
		this.maxWaiting = MAX_WAITING + listeners.size();
		this.waiting = new Semaphore(this.maxWaiting);
	}

	/**
	 * What a server may take for its own address.
	 * @param listeners the worker's listeners
	 * @return the first that has a port; where none has, one without a port, by which as
	 * little is opened, because nobody binds
	 */
	public static InetSocketAddress localAddress(List<AdoptedListener> listeners) {
		return listeners.stream()
			.map(AdoptedListener::localAddress)
			.filter(InetSocketAddress.class::isInstance)
			.map(InetSocketAddress.class::cast)
			.findFirst()
			.orElseGet(() -> new InetSocketAddress(0));
	}

	/**
	 * Gives connections of ports options that those of unix sockets do not have: set by
	 * the server, Netty would warn of each of the latter.
	 * @param options the options
	 */
	public void setTcpOptions(Map<ChannelOption<?>, ?> options) {
		this.tcpOptions = Map.copyOf(options);
	}

	/**
	 * The server has been started.
	 * @param server takes what is accepted, until it is closed
	 */
	public void setServer(Channel server) {
		this.server = server;
		server.closeFuture().addListener((closed) -> this.gate.retire());
	}

	/**
	 * Begins to accept.
	 * @throws IOException where a listener is closed
	 */
	public void begin() throws IOException {
		for (AdoptedListener listener : this.listeners) {
			listener.blockInAccept();
		}
		ListenerAcceptor.start(this.listeners, this, this.gate, this::thread);
		this.gate.open();
	}

	/**
	 * Accepts nothing more until it may again, whether it has begun to or not.
	 * @param refusing whether to accept nothing
	 */
	public void refuse(boolean refusing) {
		this.gate.refuse(refusing);
	}

	private Thread thread(Runnable acceptor, String name) {
		Thread thread = new Thread(acceptor, this.threads + name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Accepts nothing more.
	 * @param whenTaken called once, on any thread, when the server has taken or lost
	 * every connection that was accepted
	 */
	public void end(Runnable whenTaken) {
		this.gate.close(() -> {
			this.whenTaken.set(whenTaken);
			runIfAllTaken();
		});
	}

	private void release() {
		this.waiting.release();
		runIfAllTaken();
	}

	private void runIfAllTaken() {
		// A thread that was about to accept, and found the gate closed, has one for a
		// moment yet.
		if (this.waiting.availablePermits() == this.maxWaiting) {
			Runnable action = this.whenTaken.getAndSet(null);
			if (action != null) {
				action.run();
			}
		}
	}

	@Override
	public void awaitConnection() throws InterruptedException {
		this.waiting.acquire();
	}

	@Override
	public void noConnection() {
		release();
	}

	/**
	 * How many acceptors live whose connections are served.
	 * @return the number, 0 where an event loop has ended
	 */
	public int acceptors() {
		Channel server = this.server;
		if (server == null || !server.isActive()) {
			return 0;
		}
		for (EventExecutor loop : server.eventLoop().parent()) {
			if (loop.isShuttingDown()) {
				return 0;
			}
		}
		return this.gate.acceptors();
	}

	@Override
	public void serve(SocketChannel accepted) throws IOException {
		Channel server = this.server;
		boolean served = false;
		try {
			Channel connection = connection(server, accepted);
			connection.pipeline().addFirst(new TakenHandler(connection, this::release));
			this.connected.accept(connection);
			connection.parent().eventLoop().execute(() -> {
				connection.parent().pipeline().fireChannelRead(connection);
				connection.parent().pipeline().fireChannelReadComplete();
			});
			served = true;
		}
		finally {
			if (!served) {
				release();
				accepted.close();
			}
		}
	}

	private Channel connection(@Nullable Channel server, SocketChannel accepted) throws IOException {
		if (server == null || !server.isActive()) {
			throw new ClosedChannelException();
		}
		if (accepted.getLocalAddress() instanceof UnixDomainSocketAddress) {
			return new NioDomainSocketChannel(server, accepted);
		}
		Channel connection = new NioSocketChannel(server, accepted);
		connection.config().setOptions(this.tcpOptions);
		return connection;
	}

}
