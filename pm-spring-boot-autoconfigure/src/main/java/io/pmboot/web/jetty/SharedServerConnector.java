package io.pmboot.web.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.EventListener;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;

import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.AcceptGate;
import io.pmboot.web.AcceptingServer;
import io.pmboot.web.DrainingServer;
import io.pmboot.web.ListenerAcceptor;
import io.pmboot.worker.DrainSpread;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's connector on any number of listeners that other processes hold too, with an
 * acceptor of ours for each. Jetty's own would be a virtual thread where the requests'
 * are, and accept on such a thread takes the listener, shared by all, out of its blocking
 * mode.
 */
final class SharedServerConnector extends ServerConnector
		implements AcceptingServer, DrainingServer, SelectorManager.AcceptListener {

	private final List<AdoptedListener> listeners;

	private final AcceptGate gate = new AcceptGate();

	private final ConnectionDrain drain = new ConnectionDrain();

	private final DrainSpread spread;

	private final @Nullable Http2Farewells http2;

	private volatile List<WebSockets<?, ?>> sockets = List.of();

	private volatile boolean open;

	/**
	 * Creates it.
	 * @param replaced the connector whose settings it has
	 * @param listeners the listeners, none for a worker that opens no port
	 * @param spread when WebSockets end in a drain
	 */
	SharedServerConnector(ServerConnector replaced, List<AdoptedListener> listeners, DrainSpread spread) {
		super(replaced.getServer(), replaced.getExecutor(), replaced.getScheduler(), replaced.getByteBufferPool(), 1,
				replaced.getSelectorManager().getSelectorCount(),
				replaced.getConnectionFactories().toArray(new ConnectionFactory[0]));
		this.listeners = listeners;
		this.spread = spread;
		this.http2 = Http2Farewells.ifPresent(getScheduler());
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

	AcceptGate gate() {
		return this.gate;
	}

	/**
	 * How many requests may have a thread at once.
	 * @param pool Jetty's threads
	 * @return the number, or {@code null} where there is no limit
	 */
	static @Nullable IntSupplier requestThreads(ThreadPool pool) {
		if (pool instanceof QueuedThreadPool threads) {
			// Less those that selectors hold.
			return () -> threads.getMaxThreads() - threads.getLeasedThreads();
		}
		return (pool instanceof VirtualThreadPool threads && threads.getMaxConcurrentTasks() > 0)
				? threads::getMaxConcurrentTasks : null;
	}

	@Override
	protected void doStart() throws Exception {
		IntSupplier requestThreads = requestThreads(getServer().getThreadPool());
		if (requestThreads != null) {
			this.gate.limit(requestThreads);
		}
		super.doStart();
		ListenerAcceptor.start(this.listeners, this, this.gate, this::acceptorThread);
	}

	private Thread acceptorThread(Runnable acceptor, String name) {
		Thread thread = new Thread(acceptor, "jetty-" + name);
		thread.setDaemon(true);
		return thread;
	}

	@Override
	protected void doStop() throws Exception {
		this.gate.retire();
		super.doStop();
	}

	@Override
	public void open() throws IOException {
		for (AdoptedListener listener : this.listeners) {
			listener.blockInAccept();
		}
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
		return this.listeners.stream()
			.map(AdoptedListener::localAddress)
			.filter(InetSocketAddress.class::isInstance)
			.map(InetSocketAddress.class::cast)
			.mapToInt(InetSocketAddress::getPort)
			.findFirst()
			.orElse(-1);
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
		this.drain.begun(connection);
		try {
			connection.configureBlocking(false);
			if (connection.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
				configure(connection.socket());
			}
			getSelectorManager().accept(connection);
		}
		catch (IOException | RuntimeException | Error ex) {
			connection.close();
			this.drain.ended(connection);
			throw ex;
		}
	}

	@Override
	public void refuse(boolean refusing) {
		this.gate.refuse(refusing);
	}

	@Override
	public int acceptors() {
		boolean selecting = getSelectorManager().getBeans(ManagedSelector.class)
			.stream()
			.map(ManagedSelector::getSelector)
			.allMatch((selector) -> selector != null && selector.isOpen());
		return selecting ? this.gate.acceptors() : 0;
	}

	@Override
	public void onAcceptFailed(SelectableChannel connection, Throwable failure) {
		this.drain.ended(connection);
	}

	@Override
	protected void onEndPointClosed(EndPoint endPoint) {
		super.onEndPointClosed(endPoint);
		this.drain.ended(endPoint.getTransport());
	}

	@Override
	public void beginAccepting() {
		this.sockets = WebSockets.watch(getServer());
		this.gate.open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		this.drain.begin(reason);
		if (reason.awaitsIdleConnections()) {
			getConnectedEndPoints().forEach(this::sayFarewell);
		}
		else {
			sayGoAway();
		}
		this.sockets.forEach((each) -> each.end(this.spread::end));
		this.gate.close(() -> this.drain.acceptorsLeft(getConnectedEndPoints()));
		return this.drain.ended();
	}

	/**
	 * Tells a client of HTTP/2, where there is a drain that does not hurry. One that does
	 * has said all.
	 * @param endPoint its connection
	 */
	void sayFarewell(EndPoint endPoint) {
		DrainReason reason = this.drain.reason();
		if (this.http2 != null && reason != null && reason.awaitsIdleConnections()) {
			this.http2.say(endPoint);
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

	@Override
	public void hasten(DrainReason reason) {
		sayGoAway();
		this.drain.hasten(reason, getConnectedEndPoints());
	}

	@Override
	public int connections() {
		return this.drain.connections();
	}

	boolean isDraining() {
		return this.drain.reason() != null;
	}

	/**
	 * Whether Jetty ends a connection after a response that did not say so. Not while
	 * others may be idle: their clients may be about to send a request.
	 */
	@Override
	public boolean isShutdown() {
		DrainReason reason = this.drain.reason();
		return super.isShutdown() || reason != null && !reason.awaitsIdleConnections();
	}

}
