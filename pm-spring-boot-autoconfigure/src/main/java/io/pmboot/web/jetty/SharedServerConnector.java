package io.pmboot.web.jetty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.EventListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.accept.Gate;
import io.pmboot.loop.Threads;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
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
final class SharedServerConnector extends ServerConnector implements Gate.Server, SelectorManager.AcceptListener {

	private final SharedJetty server;

	private final Gate gate;

	/** From accept on: an end point is there only when a selector has taken it. */
	private final Set<Object> connections = ConcurrentHashMap.newKeySet();

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
	public boolean isAlive() {
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

	/**
	 * Whether Jetty ends a connection after a response that did not say so. Not while
	 * others may be idle: their clients may be about to send a request.
	 */
	@Override
	public boolean isShutdown() {
		return super.isShutdown() || this.server.closesIdle();
	}

}
