package io.pmboot.web.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.EventListener;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.accept.Gate;
import io.pmboot.accept.Serving;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.SharedWebServer;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Jetty's connector on any number of listeners that other processes hold too, with an
 * acceptor of ours for each. Jetty's own would be a virtual thread where the requests'
 * are, and accept on such a thread takes the listener, shared by all, out of its blocking
 * mode.
 */
final class SharedServerConnector extends ServerConnector implements Gate.Server, SelectorManager.AcceptListener {

	/** How long the client of an idle connection may take to close it. */
	private static final long LINGER_MILLIS = 1000;

	/** For Jetty to parse what it is reading. */
	private static final long LOOK_AGAIN_MILLIS = 20;

	private final SharedJetty server;

	private final Gate gate;

	/** From accept on: an end point is there only when a selector has taken it. */
	private final Set<Object> connections = ConcurrentHashMap.newKeySet();

	private final @Nullable Http2Farewells http2 = Http2Farewells.POSSIBLE ? new Http2Farewells() : null;

	private volatile @Nullable WebSockets sockets;

	private volatile boolean open;

	/**
	 * Creates it.
	 * @param replaced the connector whose settings it has
	 * @param server has the listeners, none for a worker that opens no port
	 */
	SharedServerConnector(ServerConnector replaced, SharedJetty server) {
		super(replaced.getServer(), replaced.getExecutor(), replaced.getScheduler(), replaced.getByteBufferPool(), 1,
				replaced.getSelectorManager().getSelectorCount(),
				replaced.getConnectionFactories().toArray(new ConnectionFactory[0]));
		this.server = server;
		this.gate = server.gate();
		setHost(replaced.getHost());
		setPort(replaced.getPort());
		setName(replaced.getName());
		setDefaultProtocol(replaced.getDefaultProtocol());
		setIdleTimeout(replaced.getIdleTimeout());
		setShutdownIdleTimeout(replaced.getShutdownIdleTimeout());
		setAcceptedTcpNoDelay(replaced.getAcceptedTcpNoDelay());
		setAcceptedReceiveBufferSize(replaced.getAcceptedReceiveBufferSize());
		setAcceptedSendBufferSize(replaced.getAcceptedSendBufferSize());
		replaced.getBeans(EventListener.class).forEach(this::addBean);
		getSelectorManager().addEventListener(this);
	}

	@Override
	protected void doStart() throws Exception {
		ThreadPool pool = getServer().getThreadPool();
		if (pool instanceof QueuedThreadPool threads) {
			// Less those that selectors hold.
			this.gate.limitThreads(() -> threads.getMaxThreads() - threads.getLeasedThreads());
		}
		else if (pool instanceof VirtualThreadPool threads && threads.getMaxConcurrentTasks() > 0) {
			this.gate.limitThreads(threads::getMaxConcurrentTasks);
		}
		super.doStart();
		this.gate.start(this.server.listeners(), this, (name, acceptor) -> Threads.daemon("jetty-" + name, acceptor));
	}

	@Override
	protected void doStop() throws Exception {
		this.gate.retire();
		super.doStop();
	}

	@Override
	public void open() {
		this.open = true;
	}

	@Override
	public void close() {
		this.open = false;
		this.gate.suspend();
	}

	@Override
	public boolean isOpen() {
		return this.open;
	}

	@Override
	public int getLocalPort() {
		return this.server.localAddress().map(InetSocketAddress::getPort).orElse(-1);
	}

	@Override
	public void setAccepting(boolean accepting) {
		super.setAccepting(accepting);
		if (accepting) {
			this.gate.resume();
		}
		else {
			this.gate.suspend();
		}
	}

	/** Ends Jetty's own acceptor. */
	@Override
	public void accept(int acceptor) throws IOException {
		throw new IOException("Accepting is done elsewhere");
	}

	@Override
	protected boolean handleAcceptFailure(Throwable failure) {
		return false;
	}

	@Override
	public void serve(SocketChannel connection) throws IOException {
		this.connections.add(connection);
		try {
			connection.configureBlocking(false);
			if (connection.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
				configure(connection.socket());
			}
			getSelectorManager().accept(connection);
		}
		catch (IOException | RuntimeException | Error ex) {
			connection.close();
			ended(connection);
			throw ex;
		}
	}

	private void ended(@Nullable Object connection) {
		if (connection != null && this.connections.remove(connection)) {
			this.gate.connectionEnded();
		}
	}

	@Override
	public boolean serves() {
		return getSelectorManager().getBeans(ManagedSelector.class)
			.stream()
			.map(ManagedSelector::getSelector)
			.allMatch((selector) -> selector != null && selector.isOpen());
	}

	@Override
	public void onAcceptFailed(SelectableChannel connection, Throwable failure) {
		ended(connection);
	}

	@Override
	protected void onEndPointClosed(EndPoint endPoint) {
		super.onEndPointClosed(endPoint);
		ended(endPoint.getTransport());
	}

	/** Accepting is about to begin, by a server that has been started. */
	void activated() {
		this.sockets = new WebSockets(getServer());
	}

	/**
	 * A drain has begun.
	 * @param reason why
	 */
	void draining(DrainReason reason) {
		if (Serving.awaitsIdleConnections(reason)) {
			getConnectedEndPoints().forEach(this::sayFarewell);
		}
		else {
			sayGoAway();
		}
		WebSockets sockets = this.sockets;
		if (sockets != null) {
			sockets.end(this.server.spread()::end);
		}
	}

	/**
	 * Tells a client of HTTP/2, where there is a drain that does not hurry. One that does
	 * has said all.
	 * @param endPoint its connection
	 */
	void sayFarewell(EndPoint endPoint) {
		DrainReason reason = this.server.reason();
		if (this.http2 != null && reason != null && Serving.awaitsIdleConnections(reason)) {
			this.http2.say(connection(endPoint), getScheduler());
		}
	}

	/** HTTP/2 alone: streams that are open finish, and then the connection ends. */
	private void sayGoAway() {
		for (ConnectionFactory factory : getConnectionFactories()) {
			if (factory instanceof ContainerLifeCycle container) {
				container.getBeans(Graceful.class).forEach(Graceful::shutdown);
			}
		}
	}

	/** Waits no longer for what the new reason does not wait for. */
	void hasten() {
		sayGoAway();
		closeIdle();
	}

	/** Closes idle connections, where the drain does not wait for them. */
	void closeIdle() {
		DrainReason reason = this.server.reason();
		if (reason != null && !Serving.awaitsIdleConnections(reason)) {
			getConnectedEndPoints().forEach(this::closeIdle);
		}
	}

	private void closeIdle(EndPoint endPoint) {
		if (!(connection(endPoint) instanceof HttpConnection http)) {
			// HTTP/2 has said GOAWAY, and does not time out while a stream is open.
			endPoint.setIdleTimeout(LINGER_MILLIS);
			return;
		}
		// In this order: what has arrived is read, and parsed, before Jetty waits for
		// more.
		boolean hasInput = hasInput(endPoint);
		boolean waits = endPoint.isFillInterested();
		if (http.getHttpChannel().getRequest() != null || !http.getParser().isStart() || !endPoint.isOpen()) {
			return;
		}
		if (hasInput || !waits) {
			getScheduler().schedule(() -> closeIdle(endPoint), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
		}
		else {
			endPoint.close();
		}
	}

	/**
	 * What speaks a protocol on an end point.
	 * @param endPoint an end point
	 * @return its connection, within TLS where it has that
	 */
	static @Nullable Connection connection(EndPoint endPoint) {
		Connection connection = endPoint.getConnection();
		return (connection instanceof SslConnection secure) ? secure.getSslEndPoint().getConnection() : connection;
	}

	/**
	 * Whether bytes of a client wait to be read.
	 * @param endPoint an end point
	 * @return whether there are any
	 */
	static boolean hasInput(EndPoint endPoint) {
		return endPoint.getTransport() instanceof SocketChannel channel && AdoptedListener.hasInput(channel);
	}

	/**
	 * Whether Jetty ends a connection after a response that did not say so. Not while
	 * others may be idle: their clients may be about to send a request.
	 */
	@Override
	public boolean isShutdown() {
		DrainReason reason = this.server.reason();
		return super.isShutdown() || reason != null && !Serving.awaitsIdleConnections(reason);
	}

	/**
	 * Ends connections of HTTP/2 as RFC 9113, 6.8 has it: a first GOAWAY that refuses
	 * nothing, so that requests on their way are served, and Jetty's own a while later.
	 * That refuses what an idle connection sends behind it. A class of its own, because
	 * an application may be without HTTP/2.
	 */
	private static final class Http2Farewells {

		static final boolean POSSIBLE = ClassUtils.isPresent("org.eclipse.jetty.http2.HTTP2Connection",
				Http2Farewells.class.getClassLoader());

		private final Set<HTTP2Session> told = ConcurrentHashMap.newKeySet();

		void say(@Nullable Connection connection, Scheduler scheduler) {
			if (connection instanceof HTTP2Connection spoken && this.told.add(spoken.getSession())) {
				HTTP2Session session = spoken.getSession();
				// Past the session's state, by which it would refuse what comes next.
				session.frames(null, List.of(new GoAwayFrame(Integer.MAX_VALUE, ErrorCode.NO_ERROR.code, null)),
						Callback.NOOP);
				scheduler.schedule(session::shutdown, SharedWebServer.GOAWAY.toSeconds(), TimeUnit.SECONDS);
			}
		}

	}

}
