package io.pmboot.master;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

import io.pmboot.MessageSender;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import io.pmboot.loop.EventLoop;
import io.pmboot.message.Inbox;
import io.pmboot.message.JsonPayloads;
import io.pmboot.message.Outbox;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * The master as one of those that send and receive messages.
 */
final class MasterMessages implements ControlConnection {

	/** So many bytes may wait for the event loop. */
	private static final int MAX_BYTES = 8 * 1024 * 1024;

	private final EventLoop loop;

	private final MessageRouter router;

	private final Correspondent self;

	private final Outbox outbox;

	private final Inbox inbox;

	private final AtomicLong waiting = new AtomicLong();

	MasterMessages(EventLoop loop, MessageRouter router, ApplicationEventPublisher publisher,
			@Nullable JsonPayloads json) {
		this.loop = loop;
		this.router = router;
		this.outbox = new Outbox(this::post, (int) router.settings().maxPayload().toBytes());
		this.outbox.open(json);
		this.inbox = new Inbox(loop::execute, this::acknowledge);
		this.inbox.open(publisher, json);
		this.self = router.master(this);
	}

	MessageSender sender() {
		return this.outbox;
	}

	private boolean post(Frame.Post post) throws IOException {
		int bytes = post.payload().readableBytes();
		if (this.waiting.get() >= MAX_BYTES) {
			return false;
		}
		this.waiting.addAndGet(bytes);
		try {
			this.loop.execute(() -> {
				this.waiting.addAndGet(-bytes);
				this.router.post(this.self, post);
			});
		}
		catch (RejectedExecutionException ex) {
			throw new IOException("Closed", ex);
		}
		return true;
	}

	private CompletionStage<Void> acknowledge(Frame.Acknowledge acknowledge) {
		try {
			this.loop.execute(() -> this.self.acknowledged(acknowledge));
		}
		catch (RejectedExecutionException ex) {
			// The router has ended with its event loop: nobody is left to tell.
			return CompletableFuture.failedStage(ex);
		}
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void send(Frame frame) {
		if (frame instanceof Frame.Deliver deliver) {
			this.inbox.deliver(deliver);
		}
		else if (frame instanceof Frame.Delivered delivered) {
			this.outbox.delivered(delivered);
		}
	}

	@Override
	public void close() {
		this.inbox.close();
		this.outbox.end("the master has stopped");
	}

}
