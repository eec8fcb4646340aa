package io.pmboot.web;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

import io.pmboot.socket.AdoptedListener;
import org.jspecify.annotations.Nullable;

/**
 * Decides when the acceptors of a worker may wait in accept: once the master has
 * activated it, while a request thread is free and the application does not refuse
 * traffic, and not any more when it drains. An acceptor in accept is called back as soon
 * as that ends, so that a connection goes to a worker that has a thread for it.
 * <p>
 * One lock guards all of it; nothing but the handing out and closing of duplicates
 * happens under it. Methods may be called on any thread.
 *
 * @since 0.1
 */
public final class AcceptGate {

	/** How long a silent connection counts as one that is about to send a request. */
	private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** No request thread is worth more of the poller's time than this. */
	private static final long CALL_BACK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	/**
	 * Calling an acceptor back costs two context switches. This bounds what that takes
	 * where very short requests make the last thread busy and free all the time.
	 */
	private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition mayHaveOpened = this.lock.newCondition();

	private final Condition rested = this.lock.newCondition();

	private final Condition left = this.lock.newCondition();

	private final List<Lane> lanes = new ArrayList<>();

	private final RecentConnections recent = new RecentConnections(RECENT_NANOS);

	private @Nullable IntSupplier requestThreads;

	private int tasks;

	private boolean opened;

	private boolean suspended;

	private boolean refusing;

	private @Nullable Runnable whenLeft;

	private boolean closed;

	/** The worker was activated. */
	public void open() {
		change(() -> this.opened = true);
	}

	/**
	 * From now on accepting waits for a free thread.
	 * @param maximum the maximum number of request threads
	 */
	public void limit(IntSupplier maximum) {
		change(() -> this.requestThreads = maximum);
	}

	/**
	 * How many request threads there are at most.
	 * @return the number, or {@code null} where there is no limit
	 */
	public @Nullable Integer requestThreads() {
		this.lock.lock();
		try {
			return (this.requestThreads != null) ? Integer.valueOf(this.requestThreads.getAsInt()) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many acceptors live.
	 * @return the number
	 */
	public int acceptors() {
		this.lock.lock();
		try {
			return this.lanes.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The acceptor of a lane has ended.
	 * @param lane the lane
	 */
	void ended(Lane lane) {
		change(() -> this.lanes.remove(lane));
	}

	Lane add(AdoptedListener listener) {
		Lane lane = new Lane(listener);
		change(() -> this.lanes.add(lane));
		return lane;
	}

	/** Calls all acceptors back until {@link #resume()}. */
	public void suspend() {
		change(() -> {
			this.suspended = true;
			this.lanes.forEach(Lane::withdraw);
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
				this.lanes.forEach(Lane::withdraw);
			}
		});
	}

	/** Ends all acceptors. */
	public void retire() {
		change(() -> {
			this.lanes.forEach(Lane::retire);
			this.lanes.clear();
		});
	}

	/**
	 * Accepts nothing more.
	 * @param whenLeft called once when no acceptor is in accept any more and all that was
	 * accepted is registered: at once, or on the thread of the last acceptor
	 */
	public void close(Runnable whenLeft) {
		change(() -> {
			this.closed = true;
			this.whenLeft = whenLeft;
			this.lanes.forEach(Lane::retire);
		});
		runIfAllLeft();
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.mayHaveOpened.signalAll();
			this.rested.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until the acceptor of a lane may accept.
	 * @param lane the lane
	 * @return what to accept on, to be followed by {@link #leave}; {@code null} when the
	 * acceptor has to end
	 * @throws IOException where there is nothing to accept on
	 * @throws InterruptedException where the thread was interrupted
	 */
	@Nullable ServerSocketChannel enter(Lane lane) throws IOException, InterruptedException {
		this.lock.lock();
		try {
			while (!lane.isRetired() && !this.closed) {
				if (lane.restNanos() > 0) {
					this.rested.awaitNanos(lane.restNanos());
				}
				else if (this.opened && !this.suspended && !this.refusing && isThreadFree()) {
					return lane.enter();
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
		long nanos = (this.requestThreads != null) ? this.recent.nanosUntilFewer(System.nanoTime()) : 0;
		if (nanos > 0) {
			this.mayHaveOpened.awaitNanos(nanos);
		}
		else {
			this.mayHaveOpened.await();
		}
	}

	private boolean isThreadFree() {
		return this.requestThreads == null
				|| this.tasks + this.recent.count(System.nanoTime()) < this.requestThreads.getAsInt();
	}

	/**
	 * The acceptor of a lane is back.
	 * @param lane the lane
	 */
	void leave(Lane lane) {
		this.lock.lock();
		try {
			lane.leave();
			this.left.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		runIfAllLeft();
	}

	private void runIfAllLeft() {
		Runnable action;
		this.lock.lock();
		try {
			action = anyAccepting() ? null : this.whenLeft;
			if (action != null) {
				this.whenLeft = null;
			}
		}
		finally {
			this.lock.unlock();
		}
		if (action != null) {
			action.run();
		}
	}

	private boolean anyAccepting() {
		return this.lanes.stream().anyMatch(Lane::isAccepting);
	}

	/**
	 * A connection was accepted.
	 * @param lane where
	 * @param connection the connection
	 */
	void accepted(Lane lane, SocketChannel connection) {
		this.lock.lock();
		try {
			if (this.requestThreads != null) {
				this.recent.add(connection, System.nanoTime());
				withdrawUnlessThreadIsFree(lane);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * A task is about to be given to the request threads. When it takes the last of them,
	 * this returns only when no acceptor is in accept.
	 * @param connection the connection whose input it handles, or {@code null}
	 */
	public void taskSubmitted(@Nullable SocketChannel connection) {
		this.lock.lock();
		try {
			this.tasks++;
			boolean counted = connection != null && this.recent.remove(connection);
			if (!counted && withdrawUnlessThreadIsFree(null)) {
				awaitAcceptorsLeft();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean withdrawUnlessThreadIsFree(@Nullable Lane back) {
		if (isThreadFree()) {
			return false;
		}
		for (Lane lane : this.lanes) {
			if (lane != back && lane.isAccepting() && !lane.isLeaving()) {
				lane.withdraw(REST_NANOS);
			}
		}
		return true;
	}

	private void awaitAcceptorsLeft() {
		long nanos = CALL_BACK_NANOS;
		try {
			while (nanos > 0 && this.lanes.stream().anyMatch(Lane::isLeaving)) {
				nanos = this.left.awaitNanos(nanos);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** A task has ended: its thread is free again, or takes the next one. */
	public void taskEnded() {
		this.lock.lock();
		try {
			this.tasks--;
			if (this.lock.hasWaiters(this.mayHaveOpened) && isThreadFree()) {
				this.mayHaveOpened.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

}
