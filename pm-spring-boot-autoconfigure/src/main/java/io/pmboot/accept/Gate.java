package io.pmboot.accept;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import io.pmboot.socket.AdoptedListener;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the acceptors of a server may wait in accept: once the master has
 * activated the worker, while there is room for what they accept and the application does
 * not refuse traffic, and not any more when the worker drains. An acceptor in accept is
 * called back as soon as that ends, so that a connection goes to a worker that has room
 * for it. Counts the connections that are open.
 * <p>
 * One lock guards all of it; nothing but the handing out and closing of duplicates
 * happens under it. Methods may be called on any thread.
 *
 * @since 0.1
 */
public final class Gate {

	/** How long a silent connection counts as one that is about to send a request. */
	private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** No request thread is worth more of the poller's time than this. */
	private static final long CALL_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition mayHaveOpened = this.lock.newCondition();

	private final Condition rested = this.lock.newCondition();

	private final Condition left = this.lock.newCondition();

	private final List<Acceptor> acceptors = new ArrayList<>();

	private final RecentConnections recent = new RecentConnections(RECENT_NANOS);

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private volatile @Nullable Server server;

	private @Nullable IntSupplier requestThreads;

	private IntSupplier maxConnections = () -> Integer.MAX_VALUE;

	private int maxUntaken = Integer.MAX_VALUE;

	private int tasks;

	private int connections;

	private long accepted;

	private int untaken;

	private boolean opened;

	private boolean suspended;

	private boolean refusing;

	private @Nullable Runnable whenLeft;

	private boolean closed;

	/**
	 * Starts an acceptor for each listener, which is put into blocking mode.
	 * @param listeners the listeners
	 * @param server serves what is accepted
	 * @param threads makes a thread, given the end of its name and what it runs
	 * @throws IOException where a listener is closed
	 */
	public void start(List<AdoptedListener> listeners, Server server, BiFunction<String, Runnable, Thread> threads)
			throws IOException {
		this.server = server;
		for (AdoptedListener listener : listeners) {
			listener.blockInAccept();
		}
		for (AdoptedListener listener : listeners) {
			Acceptor acceptor = new Acceptor(listener, server, this);
			add(acceptor);
			threads.apply("Acceptor-" + listener, acceptor).start();
		}
		resume();
	}

	/** The worker was activated. */
	public void open() {
		change(() -> this.opened = true);
	}

	/**
	 * From now on accepting waits for a free thread.
	 * @param maximum the maximum number of request threads
	 */
	public void limitThreads(IntSupplier maximum) {
		change(() -> this.requestThreads = maximum);
	}

	/**
	 * From now on accepting waits while so many connections are open. What is accepted in
	 * the same moment is served all the same.
	 * @param maximum the maximum number of connections
	 */
	public void limitConnections(IntSupplier maximum) {
		change(() -> this.maxConnections = maximum);
	}

	/**
	 * From now on connections have to be {@linkplain #taken() taken} by the server's own
	 * threads, and accepting waits while so many have not been.
	 * @param maximum the maximum number of connections that nobody has taken
	 */
	public void limitUntaken(int maximum) {
		change(() -> this.maxUntaken = maximum);
	}

	/**
	 * How many request threads there are at most.
	 * @return the number, or {@code null} where there is no limit
	 */
	public @Nullable Integer requestThreads() {
		return get(() -> (this.requestThreads != null) ? Integer.valueOf(this.requestThreads.getAsInt()) : null);
	}

	/**
	 * How many acceptors live.
	 * @return the number; 0 where nobody would serve what they accept
	 */
	public int acceptors() {
		Server server = this.server;
		return (server != null && server.isAlive()) ? get(this.acceptors::size) : 0;
	}

	/**
	 * How many connections are open.
	 * @return the number
	 */
	public int connections() {
		return get(() -> this.connections);
	}

	/**
	 * How many connections have been accepted.
	 * @return the number since the start
	 */
	public long accepted() {
		return get(() -> this.accepted);
	}

	/** Calls all acceptors back until {@link #resume()}. */
	public void suspend() {
		change(() -> {
			this.suspended = true;
			this.acceptors.forEach(Acceptor::withdraw);
		});
	}

	/** Lets acceptors accept again. */
	public void resume() {
		change(() -> this.suspended = false);
	}

	/**
	 * Accepts nothing more until it may again, whether it was opened or not.
	 * @param refusing whether to accept nothing
	 */
	public void refuse(boolean refusing) {
		change(() -> {
			this.refusing = refusing;
			if (refusing) {
				this.acceptors.forEach(Acceptor::withdraw);
			}
		});
	}

	/** Ends all acceptors. */
	public void retire() {
		change(() -> {
			this.acceptors.forEach(Acceptor::retire);
			this.acceptors.clear();
		});
	}

	/**
	 * Accepts nothing more.
	 * @param whenLeft called once when no acceptor is in accept any more and the server
	 * has all that was accepted: at once, or on the thread of the last acceptor or of
	 * whoever has taken the last connection
	 */
	public void close(Runnable whenLeft) {
		change(() -> {
			this.closed = true;
			this.whenLeft = whenLeft;
			this.acceptors.forEach(Acceptor::retire);
		});
		runIfAllLeft();
	}

	/**
	 * Completes when nothing is accepted any more and the last connection has ended.
	 * @return completes on a thread that is none of the server's
	 */
	public CompletionStage<Void> ended() {
		return this.ended.minimalCompletionStage();
	}

	private void change(Runnable change) {
		locked(() -> {
			change.run();
			this.mayHaveOpened.signalAll();
			this.rested.signalAll();
		});
	}

	private void locked(Runnable action) {
		get(() -> {
			action.run();
			return null;
		});
	}

	private <T extends @Nullable Object> T get(Supplier<T> value) {
		this.lock.lock();
		try {
			return value.get();
		}
		finally {
			this.lock.unlock();
		}
	}

	void add(Acceptor acceptor) {
		change(() -> this.acceptors.add(acceptor));
	}

	void ended(Acceptor acceptor) {
		change(() -> this.acceptors.remove(acceptor));
	}

	/**
	 * Waits until an acceptor may accept.
	 * @return what to accept on, to be followed by {@link #leave}; {@code null} when the
	 * acceptor has to end
	 * @throws IOException where there is nothing to accept on
	 * @throws InterruptedException where the thread was interrupted
	 */
	@Nullable ServerSocketChannel enter(Acceptor acceptor) throws IOException, InterruptedException {
		this.lock.lock();
		try {
			while (!acceptor.isRetired() && !this.closed) {
				long restNanos = acceptor.restNanos();
				if (restNanos > 0) {
					this.rested.awaitNanos(restNanos);
				}
				else if (this.opened && !this.suspended && !this.refusing && isRoom()) {
					return acceptor.enter();
				}
				else {
					awaitChange();
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void awaitChange() throws InterruptedException {
		long nanos = this.recent.nanosUntilFewer(System.nanoTime());
		if (nanos > 0) {
			this.mayHaveOpened.awaitNanos(nanos);
		}
		else {
			this.mayHaveOpened.await();
		}
	}

	private boolean isRoom() {
		return this.connections < this.maxConnections.getAsInt() && this.untaken < this.maxUntaken
				&& (this.requestThreads == null
						|| this.tasks + this.recent.count(System.nanoTime()) < this.requestThreads.getAsInt());
	}

	/** An acceptor is back. */
	void leave(Acceptor acceptor) {
		locked(() -> {
			acceptor.leave();
			this.left.signalAll();
		});
		runIfAllLeft();
	}

	private void runIfAllLeft() {
		Runnable action = get(() -> {
			endIfOver();
			Runnable due = haveAllLeft() ? this.whenLeft : null;
			this.whenLeft = (due != null) ? null : this.whenLeft;
			return due;
		});
		if (action != null) {
			action.run();
		}
	}

	private boolean haveAllLeft() {
		return this.untaken == 0 && this.acceptors.stream().noneMatch(Acceptor::isAccepting);
	}

	private void endIfOver() {
		if (this.closed && this.connections == 0 && haveAllLeft()) {
			// Not on the thread that closes the last connection: it has not closed it
			// yet.
			this.ended.completeAsync(() -> null);
		}
	}

	/** An acceptor has accepted a connection. */
	void accepted(Acceptor acceptor, SocketChannel connection) {
		locked(() -> {
			if (this.requestThreads != null) {
				this.recent.add(connection, System.nanoTime());
			}
			this.connections++;
			this.accepted++;
			if (this.maxUntaken != Integer.MAX_VALUE) {
				this.untaken++;
			}
			if (!isRoom()) {
				this.acceptors.stream().filter((other) -> other != acceptor).forEach(Acceptor::makeRoom);
			}
		});
	}

	/** A connection has been taken, or lost before. Called once for each. */
	public void taken() {
		locked(() -> {
			this.untaken--;
			signalIfRoom();
		});
		runIfAllLeft();
	}

	/** A connection has ended. Called once for each that the server was given. */
	public void connectionEnded() {
		locked(() -> {
			this.connections--;
			signalIfRoom();
			endIfOver();
		});
	}

	/**
	 * A task is about to be given to the request threads. When it takes the last of them,
	 * this returns only when no acceptor is in accept.
	 * @param connection the connection whose input it handles, or {@code null}
	 */
	public void taskSubmitted(@Nullable SocketChannel connection) {
		locked(() -> {
			this.tasks++;
			boolean counted = connection != null && this.recent.remove(connection);
			if (!counted && !isRoom()) {
				this.acceptors.forEach(Acceptor::makeRoom);
				awaitAcceptorsLeft();
			}
		});
	}

	private void awaitAcceptorsLeft() {
		long nanos = CALL_BACK_NANOS;
		try {
			while (nanos > 0 && this.acceptors.stream().anyMatch(Acceptor::isLeaving)) {
				nanos = this.left.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** A task has ended: its thread is free again, or takes the next one. */
	public void taskEnded() {
		locked(() -> {
			this.tasks--;
			signalIfRoom();
		});
	}

	private void signalIfRoom() {
		if (this.lock.hasWaiters(this.mayHaveOpened) && isRoom()) {
			this.mayHaveOpened.signalAll();
		}
	}

	/**
	 * Serves what is accepted. Called on the threads of acceptors.
	 */
	@FunctionalInterface
	public interface Server {

		/**
		 * Registers a connection and has it served. Returns at once. Where this throws,
		 * whatever it is, the connection has been closed and has ended.
		 * @param connection the connection, which is the server's from now on
		 * @throws IOException where it has ended already
		 */
		void serve(SocketChannel connection) throws IOException;

		/**
		 * Whether those threads live that serve what is accepted.
		 * @return whether all do
		 */
		default boolean isAlive() {
			return true;
		}

	}

}
