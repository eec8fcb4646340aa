package io.pmboot.worker;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.control.ControlClient;
import io.pmboot.message.Inbox;
import io.pmboot.message.JsonPayloads;
import io.pmboot.message.Outbox;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * This worker as one of those that send and receive messages. What was received is
 * handled from the activation of this worker to its drain, in a stop too. Where the drain
 * is this worker's own, more may be on its way: the master answers by the order to drain.
 * With the context, it stops handling them before anything else is stopped.
 */
public final class WorkerMessages implements Serving, SmartLifecycle {

	private final Outbox outbox;

	private final Inbox inbox;

	/** The master sends no more messages to this worker. */
	private final CompletableFuture<Void> last = new CompletableFuture<>();

	private volatile boolean running;

	WorkerMessages(ControlClient client) {
		this.outbox = new Outbox(client::offer, client.welcome().maxPayload());
		this.inbox = new Inbox(client.eventLoop(), client::send);
		this.inbox.hold();
	}

	/**
	 * Begins to hand messages to listeners. Called once, before this worker is ready.
	 * @param publisher publishes them, to the application's context
	 * @param json writes and reads objects that they carry, or {@code null}
	 */
	public void open(ApplicationEventPublisher publisher, @Nullable JsonPayloads json) {
		this.outbox.open(json);
		this.inbox.open(publisher, json);
	}

	Outbox outbox() {
		return this.outbox;
	}

	Inbox inbox() {
		return this.inbox;
	}

	/** The master knows of the drain, and sends no more messages to this worker. */
	void ordered() {
		this.last.complete(null);
	}

	/** The control stream ended. */
	void masterLost() {
		this.last.complete(null);
		this.outbox.end("the connection to the master has ended");
	}

	@Override
	public CompletionStage<Void> open() {
		this.inbox.release();
		return Serving.super.open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		return this.last.thenCompose((none) -> this.inbox.drained());
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.inbox.close();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** Stopped first: what handles messages may be stopped afterwards. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

	@Override
	public String toString() {
		return "The queue of messages";
	}

}
