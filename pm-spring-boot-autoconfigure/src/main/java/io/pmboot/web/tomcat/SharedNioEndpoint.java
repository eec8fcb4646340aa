package io.pmboot.web.tomcat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.pmboot.accept.Gate;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;
import org.apache.tomcat.util.net.Acceptor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.StopPooledThreadException;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.TaskThreadFactory;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's NIO endpoint on any number of listeners that other processes hold too: one
 * pool of request threads, one set of settings, an acceptor for each listener. It never
 * connects to itself to wake an acceptor, as Tomcat does: another process might get that
 * connection.
 */
final class SharedNioEndpoint extends NioEndpoint implements Gate.Server {

	/** Set while the thread makes the connection of a unix socket one of Tomcat's. */
	private final ThreadLocal<String> unixSocket = new ThreadLocal<>();

	private Gate gate = new Gate();

	private List<AdoptedListener> listeners = List.of();

	private @Nullable SharedTomcat server;

	private volatile @Nullable Thread poller;

	void setServer(SharedTomcat server) {
		this.server = server;
		this.gate = server.gate();
		this.listeners = server.listeners();
	}

	@Override
	protected void initServerSocket() {
		// They listen already.
	}

	@Override
	protected @Nullable NetworkChannel getServerSocket() {
		// For its local port, which a unix socket has not.
		return this.listeners.stream()
			.min(Comparator.comparing(AdoptedListener::isUnix))
			.map(AdoptedListener::channel)
			.orElse(null);
	}

	@Override
	public void createExecutor() {
		if (getUseVirtualThreads()) {
			super.createExecutor();
			return;
		}
		RequestThreads threads = new RequestThreads(this.gate, getMinSpareThreads(), getMaxThreads(),
				getThreadsMaxIdleTime(), new TaskQueue(getMaxQueueSize()),
				new TaskThreadFactory(getName() + "-exec-", getDaemon(), getThreadPriority()));
		setExecutor(threads);
		this.internalExecutor = true;
		this.gate.limitThreads(threads::getMaximumPoolSize);
	}

	@Override
	protected void startAcceptorThread() {
		// Tomcat asks its own acceptor to stop and waits for it: this one has ended.
		this.acceptor = new Acceptor<>(this);
		this.acceptor.stopMillis(-1);
		this.acceptor.run();
		this.gate.limitConnections(() -> (getMaxConnections() >= 0) ? getMaxConnections() : Integer.MAX_VALUE);
		try {
			this.gate.start(this.listeners, this, this::acceptorThread);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Tomcat cannot accept on " + this.listeners, ex);
		}
	}

	private Thread acceptorThread(String name, Runnable acceptor) {
		Thread thread = Threads.daemon(getName() + "-" + name, acceptor);
		thread.setPriority(getAcceptorThreadPriority());
		thread.setDaemon(getDaemon());
		return thread;
	}

	@Override
	public void serve(SocketChannel connection) {
		boolean served = false;
		try {
			served = setSocketOptions(connection);
		}
		finally {
			if (!served) {
				closeSocket(connection);
			}
		}
	}

	@Override
	public boolean isAlive() {
		Thread poller = this.poller;
		return poller != null && poller.isAlive();
	}

	// Tomcat keeps its poller to itself, and the poller ends by a VirtualMachineError.
	@Override
	public void startInternal() throws Exception {
		super.startInternal();
		String name = getName() + "-Poller";
		Thread[] threads = new Thread[Thread.activeCount() * 2 + 16];
		this.poller = Stream.of(threads)
			.limit(Thread.enumerate(threads))
			.filter((thread) -> thread.getName().equals(name))
			.findFirst()
			.orElse(null);
	}

	@Override
	protected boolean setSocketOptions(SocketChannel connection) {
		if (connection.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
			return super.setSocketOptions(connection);
		}
		this.unixSocket.set("unix");
		try {
			return super.setSocketOptions(connection);
		}
		finally {
			this.unixSocket.remove();
		}
	}

	/**
	 * Where there is one, Tomcat sets no TCP options and does not ask the connection for
	 * addresses, which has none.
	 */
	@Override
	public @Nullable String getUnixDomainSocketPath() {
		return this.unixSocket.get();
	}

	// In place of Tomcat's own count, by which its acceptor would wait.
	@Override
	protected long countDownConnection() {
		this.gate.connectionEnded();
		return getConnectionCount();
	}

	@Override
	public long getConnectionCount() {
		return this.gate.connections();
	}

	@Override
	protected SocketProcessorBase<NioChannel> createSocketProcessor(SocketWrapperBase<NioChannel> socketWrapper,
			SocketEvent event) {
		return new Dispatch(socketWrapper, event, Objects.requireNonNull(this.server));
	}

	@Override
	protected void unlockAccept() {
		this.gate.suspend();
	}

	@Override
	public void resume() {
		super.resume();
		this.gate.resume();
	}

	@Override
	public void stopInternal() {
		this.gate.retire();
		super.stopInternal();
	}

	@Override
	protected void doCloseServerSocket() {
		this.gate.suspend();
	}

	/**
	 * One event of one connection, on its way to a request thread and there.
	 */
	final class Dispatch extends SocketProcessor {

		private final SharedTomcat server;

		Dispatch(SocketWrapperBase<NioChannel> socketWrapper, SocketEvent event, SharedTomcat server) {
			super(socketWrapper, event);
			this.server = server;
		}

		SocketChannel channel() {
			return this.socketWrapper.getSocket().getIOChannel();
		}

		@Override
		protected void doRun() {
			SocketWrapperBase<NioChannel> connection = this.socketWrapper;
			this.server.connectionBusy(connection);
			try {
				super.doRun();
			}
			finally {
				this.server.connectionServed(connection);
			}
		}

	}

	/**
	 * Tomcat's own pool of request threads, which tells the gate of every task.
	 */
	static final class RequestThreads extends ThreadPoolExecutor {

		private final Gate gate;

		RequestThreads(Gate gate, int minimum, int maximum, long idleMillis, TaskQueue queue, ThreadFactory factory) {
			super(minimum, maximum, idleMillis, TimeUnit.MILLISECONDS, queue, factory);
			this.gate = gate;
			queue.setParent(this);
		}

		@Override
		public void execute(Runnable command) {
			this.gate.taskSubmitted((command instanceof Dispatch dispatch) ? dispatch.channel() : null);
			try {
				super.execute(command);
			}
			catch (OutOfMemoryError ex) {
				this.gate.taskEnded();
				// No thread is to be had. An error would end Tomcat's poller, and with
				// that the service; this ends the one connection.
				throw new RejectedExecutionException(ex);
			}
			catch (RuntimeException | Error ex) {
				this.gate.taskEnded();
				throw ex;
			}
		}

		@Override
		protected void afterExecute(Runnable command, @Nullable Throwable thrown) {
			// Thrown to end the thread, in a second call for the same task.
			if (!(thrown instanceof StopPooledThreadException)) {
				this.gate.taskEnded();
			}
			super.afterExecute(command, thrown);
		}

	}

}
