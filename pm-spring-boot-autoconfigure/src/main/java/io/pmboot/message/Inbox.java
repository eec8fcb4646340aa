package io.pmboot.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;

import io.netty.buffer.ByteBufUtil;
import io.pmboot.control.Frame;
import io.pmboot.event.MessageEvent;
import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * The receiving end: handles one message after the other, on a thread of its own that
 * lives while there is something to handle. How much waits here is bounded by the master,
 * which sends no more before it was acknowledged. Lives on one event loop: every method
 * is called there, except where it says otherwise.
 */
public final class Inbox {

	private static final Log logger = LogFactory.getLog(Inbox.class);

	/** So many messages are acknowledged together at most, and so late. */
	private static final int ACKNOWLEDGE_COUNT = 256;

	private static final long ACKNOWLEDGE_NANOS = Duration.ofMillis(5).toNanos();

	private static final int MAX_REASON = 1024;

	private final Executor loop;

	private final Function<Frame.Acknowledge, CompletionStage<Void>> route;

	private final ThreadPoolExecutor executor = Threads.few("pm-messages", 1);

	private volatile Payloads payloads = new Payloads(null);

	private volatile @Nullable ApplicationEventPublisher publisher;

	private volatile boolean closed;

	/** What has arrived in this turn of the event loop. */
	private List<Arrived> arrived = new ArrayList<>();

	private boolean handOverDue;

	/** Whether what arrives waits. */
	private boolean held;

	private MessageEvent.@Nullable Sender sender;

	private long last;

	/** Below: on the thread that handles. */
	private long handled;

	private CompletionStage<Void> written = CompletableFuture.completedFuture(null);

	private List<Frame.Acknowledge.Failure> failures = new ArrayList<>();

	/**
	 * Creates an inbox.
	 * @param loop the event loop
	 * @param route tells the router, after all that it was told before; may be called on
	 * any thread, never blocks, and completes when that cannot be lost any more by the
	 * end of this process
	 */
	public Inbox(Executor loop, Function<Frame.Acknowledge, CompletionStage<Void>> route) {
		this.loop = loop;
		this.route = route;
	}

	/**
	 * Begins to hand messages to listeners. May be called on any thread, before the first
	 * message.
	 * @param publisher publishes them
	 * @param json reads objects that they carry, or {@code null} where there is no JSON
	 */
	public void open(ApplicationEventPublisher publisher, @Nullable JsonPayloads json) {
		this.payloads = new Payloads(json);
		this.publisher = publisher;
	}

	/** Keeps what arrives, until it is to be handled. */
	public void hold() {
		this.held = true;
	}

	/** Handles what has arrived, and what will. */
	public void release() {
		this.held = false;
		handOver();
	}

	/**
	 * Takes a message.
	 * @param message the message, of which nothing is kept
	 */
	public void deliver(Frame.Deliver message) {
		if (!this.handOverDue) {
			// Once for all that arrive in this turn.
			this.handOverDue = true;
			this.loop.execute(this::handOver);
		}
		this.last = message.sequence();
		this.arrived.add(new Arrived(message.sequence(), sender(message), ByteBufUtil.getBytes(message.payload())));
	}

	// Mostly the same one as of the last message.
	private MessageEvent.Sender sender(Frame.Deliver message) {
		MessageEvent.Sender sender = this.sender;
		if (sender == null || sender.pid() != message.pid() || sender.index() != message.index()
				|| !sender.group().equals(message.group())) {
			sender = new MessageEvent.Sender(message.group(), message.index(), message.pid());
			this.sender = sender;
		}
		return sender;
	}

	private void handOver() {
		this.handOverDue = false;
		List<Arrived> batch = this.arrived;
		if (!batch.isEmpty() && !this.held && execute(() -> handle(batch))) {
			this.arrived = new ArrayList<>(batch.size());
		}
	}

	private boolean execute(Runnable task) {
		try {
			this.executor.execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			// Closed: who sent it will learn that this process has ended. Or no thread is
			// to be had: what arrives next tries again.
			return false;
		}
	}

	private void handle(List<Arrived> batch) {
		long since = System.nanoTime();
		int unacknowledged = 0;
		for (Arrived message : batch) {
			if (this.closed) {
				break;
			}
			handle(message);
			if (++unacknowledged >= ACKNOWLEDGE_COUNT || System.nanoTime() - since >= ACKNOWLEDGE_NANOS) {
				acknowledge();
				unacknowledged = 0;
				since = System.nanoTime();
			}
		}
		if (unacknowledged > 0) {
			acknowledge();
		}
	}

	private void handle(Arrived message) {
		MessageEvent event = this.payloads.read(this, message.sender(), message.payload());
		try {
			ApplicationEventPublisher publisher = this.publisher;
			if (publisher != null) {
				publisher.publishEvent(event);
			}
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener failed to handle a message of type %s from %s-%d (pid %d)".formatted(event.type(),
					message.sender().group(), message.sender().index(), message.sender().pid()), ex);
			String reason = ex.toString();
			this.failures.add(new Frame.Acknowledge.Failure(message.sequence(),
					reason.substring(0, Math.min(reason.length(), MAX_REASON))));
		}
		this.handled = message.sequence();
	}

	private void acknowledge() {
		this.written = this.route.apply(new Frame.Acknowledge(this.handled, this.failures));
		this.failures = new ArrayList<>();
	}

	/**
	 * Waits until all that has arrived is handled and acknowledged.
	 * @return completes then, on any thread
	 */
	public CompletionStage<Void> drained() {
		CompletableFuture<Void> drained = new CompletableFuture<>();
		if (this.closed || this.last == 0) {
			drained.complete(null);
			return drained;
		}
		release();
		if (!execute(() -> this.written.whenComplete((none, ex) -> drained.complete(null)))) {
			drained.complete(null);
		}
		return drained;
	}

	/**
	 * Handles nothing more; a message that is being handled is finished. May be called on
	 * any thread.
	 */
	public void close() {
		this.closed = true;
		this.executor.shutdown();
	}

	/**
	 * A message that waits.
	 *
	 * @param sequence which one
	 * @param sender who sent it
	 * @param payload what it carries
	 */
	private record Arrived(long sequence, MessageEvent.Sender sender, byte[] payload) {
	}

}
