package io.pmboot.web.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.pmboot.accept.Gate;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;
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

	private final Gate gate;

	private final String threads;

	private final Consumer<Channel> connected;

	private final HeldLoops heldLoops = new HeldLoops();

	private volatile Map<ChannelOption<?>, ?> tcpOptions = Map.of();

	private volatile @Nullable Channel server;

	/**
	 * Creates it, accepting nothing yet.
	 * @param gate says when to accept
	 * @param threads how the names of the accepting threads begin
	 * @param connected sees each connection before the server does, on the thread that
	 * has accepted it
	 */
	public NettyAcceptor(Gate gate, String threads, Consumer<Channel> connected) {
		this.gate = gate;
		this.threads = threads;
		this.connected = connected;
		gate.limitUntaken(MAX_UNTAKEN);
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
	 * What a server takes for its listening socket. It neither binds nor accepts.
	 * @param localAddress the address that it tells
	 * @return the channel, not bound yet
	 */
	public static ServerChannel serverChannel(InetSocketAddress localAddress) {
		return new SharedServerChannel(localAddress);
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
	 * The server's event loops.
	 * @param loops those that its connections are on
	 */
	public void setLoops(EventLoopGroup loops) {
		this.heldLoops.use(loops);
	}

	/**
	 * The event loops that are held by something that does not return.
	 * @return them, each with the time since when it has not answered
	 */
	public List<HeldThread> held() {
		return this.heldLoops.held();
	}

	/**
	 * How many event loops there are.
	 * @return the number, or {@code null} where they have not been set
	 */
	public @Nullable Integer loops() {
		return this.heldLoops.count();
	}

	/**
	 * Begins to accept, as far as the gate lets it.
	 * @param listeners the worker's listeners
	 * @throws IOException where a listener is closed
	 */
	public void start(List<AdoptedListener> listeners) throws IOException {
		this.gate.start(listeners, this, (name, acceptor) -> Threads.daemon(this.threads + name, acceptor));
	}

	/**
	 * Whether the server and all its event loops live.
	 * @return whether what is accepted is served
	 */
	public boolean serves() {
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

}
