package io.pmboot.web.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.pmboot.accept.Gate;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.accept.SharedServer;
import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Accepts for a server on Netty on any number of listeners that other processes hold too.
 * An event loop does not wait in accept, and polling a listener that others accept on
 * hangs as soon as another was faster: so each listener has a thread that does.
 *
 * @since 0.1
 */
public final class NettyAcceptor implements Gate.Server {

	/**
	 * Connections that wait for an event loop to take them: while the loops are behind,
	 * other workers accept.
	 */
	private static final int MAX_UNTAKEN = 8;

	private final SharedServer<?> shared;

	private final Gate gate;

	private final String threads;

	private final Consumer<Channel> connected;

	private final Map<EventExecutor, Probe> probes = new ConcurrentHashMap<>();

	private volatile @Nullable EventLoopGroup loops;

	private volatile Map<ChannelOption<?>, ?> tcpOptions = Map.of();

	private volatile @Nullable Channel server;

	/**
	 * Creates it, accepting nothing yet.
	 * @param shared the server that it accepts for
	 * @param threads how the names of the accepting threads begin
	 * @param connected sees each connection before the server does, on the thread that
	 * has accepted it
	 */
	public NettyAcceptor(SharedServer<?> shared, String threads, Consumer<Channel> connected) {
		this.shared = shared;
		this.gate = shared.gate();
		this.threads = threads;
		this.connected = connected;
		this.gate.limitUntaken(MAX_UNTAKEN);
	}

	/**
	 * What a server that listens nowhere takes for its own address: it has no port, by
	 * which as little is opened, because nobody binds.
	 * @return the address
	 */
	public static InetSocketAddress noAddress() {
		return new InetSocketAddress(0);
	}

	/**
	 * What a server takes for its listening socket. It neither binds nor accepts.
	 * @param localAddress the address that it tells
	 * @return the channel, not bound yet
	 */
	public static ServerSocketChannel serverChannel(InetSocketAddress localAddress) {
		return new SharedServerChannel(localAddress);
	}

	/**
	 * What the server takes for its own address.
	 * @return that of the first listener that has a port, or {@link #noAddress() none}
	 */
	public InetSocketAddress localAddress() {
		return this.shared.localAddress().orElseGet(NettyAcceptor::noAddress);
	}

	/**
	 * What the server takes for its listening socket: takes all that is accepted, until
	 * it is closed.
	 * @return the channel, not bound yet
	 */
	public ServerSocketChannel serverChannel() {
		ServerSocketChannel channel = serverChannel(localAddress());
		channel.closeFuture().addListener((closed) -> this.gate.retire());
		this.server = channel;
		return channel;
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
	 * The server's event loops.
	 * @param loops those that its connections are on
	 */
	public void setLoops(EventLoopGroup loops) {
		this.loops = loops;
	}

	/**
	 * The event loops that are held by something that does not return: those that have
	 * not answered since this was called before. Asks the others. On Netty a request
	 * holds no thread while it waits; one that blocks holds the event loop that it is on,
	 * and with that all connections of the loop.
	 * @return them, each with the time since when it has not answered
	 */
	public List<HeldThread> held() {
		List<HeldThread> held = new ArrayList<>();
		EventLoopGroup loops = this.loops;
		if (loops != null) {
			for (EventExecutor loop : loops) {
				HeldThread thread = this.probes.computeIfAbsent(loop, Probe::new).heldOrAsk();
				if (thread != null) {
					held.add(thread);
				}
			}
		}
		return held;
	}

	/**
	 * How many event loops there are.
	 * @return the number, or {@code null} where they have not been set
	 */
	public @Nullable Integer loops() {
		EventLoopGroup loops = this.loops;
		return (loops != null) ? (int) StreamSupport.stream(loops.spliterator(), false).count() : null;
	}

	/**
	 * Begins to accept, as far as the gate lets it.
	 * @throws IOException where a listener is closed
	 */
	public void start() throws IOException {
		this.gate.start(this.shared.listeners(), this,
				(name, acceptor) -> Threads.daemon(this.threads + name, acceptor));
	}

	/** Whether the server and all its event loops live. */
	@Override
	public boolean isAlive() {
		Channel server = this.server;
		if (server == null || !server.isActive()) {
			return false;
		}
		for (EventExecutor loop : server.eventLoop().parent()) {
			if (loop.isShuttingDown()) {
				return false;
			}
		}
		return true;
	}

	@Override
	public void serve(SocketChannel accepted) throws IOException {
		boolean served = false;
		try {
			Channel connection = connection(accepted);
			connection.closeFuture().addListener((closed) -> this.gate.connectionEnded());
			connection.pipeline().addFirst(new Taken(connection, this.gate));
			this.connected.accept(connection);
			connection.parent().eventLoop().execute(() -> {
				connection.parent().pipeline().fireChannelRead(connection);
				connection.parent().pipeline().fireChannelReadComplete();
			});
			served = true;
		}
		finally {
			if (!served) {
				// No event loop has it, which would tell.
				accepted.close();
				this.gate.taken();
				this.gate.connectionEnded();
			}
		}
	}

	private Channel connection(SocketChannel accepted) throws IOException {
		Channel server = this.server;
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

	/**
	 * Tells when an event loop has taken a connection, or it has ended before.
	 */
	private static final class Taken extends ChannelInboundHandlerAdapter {

		private final Gate gate;

		private final AtomicBoolean isTaken = new AtomicBoolean();

		Taken(Channel connection, Gate gate) {
			this.gate = gate;
			connection.closeFuture().addListener((closed) -> taken());
		}

		@Override
		public void channelActive(ChannelHandlerContext ctx) {
			taken();
			ctx.fireChannelActive();
			ctx.pipeline().remove(this);
		}

		private void taken() {
			if (this.isTaken.compareAndSet(false, true)) {
				this.gate.taken();
			}
		}

	}

	/**
	 * Asks one loop for an answer, one at a time.
	 */
	private static final class Probe implements Runnable {

		private final EventExecutor loop;

		private volatile @Nullable Thread thread;

		private volatile boolean asked;

		private volatile long since;

		Probe(EventExecutor loop) {
			this.loop = loop;
		}

		@Nullable HeldThread heldOrAsk() {
			Thread thread = this.thread;
			if (this.asked) {
				return (thread != null) ? new HeldThread(this.since, thread) : null;
			}
			this.since = System.nanoTime();
			this.asked = true;
			try {
				this.loop.execute(this);
			}
			catch (RejectedExecutionException ex) {
				// It has ended, which is told by the acceptors.
				this.asked = false;
			}
			return null;
		}

		@Override
		public void run() {
			this.thread = Thread.currentThread();
			this.asked = false;
		}

	}

}
