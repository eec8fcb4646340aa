package io.pmboot.master;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Message;
import org.jspecify.annotations.Nullable;

/**
 * What one receiver was sent and has not acknowledged.
 */
final class Mailbox {

	/**
	 * So many bytes of payload wait for one receiver at most, some of them in the
	 * master's memory where it does not read: fewer than would make the control socket
	 * give it up.
	 */
	static final int MAX_BYTES = 4 * 1024 * 1024;

	private final String group;

	private final int index;

	private final long pid;

	private final ControlConnection connection;

	private final int maxQueued;

	private final Receipt handled;

	private final Queue<Waiting> waiting = new ArrayDeque<>();

	private long sequence;

	private long bytes;

	Mailbox(String group, int index, long pid, ControlConnection connection, int maxQueued) {
		this.group = group;
		this.index = index;
		this.pid = pid;
		this.connection = connection;
		this.maxQueued = maxQueued;
		this.handled = receipt(DeliveryOutcome.HANDLED, null);
	}

	/**
	 * Sends a message to the receiver, or refuses it where too much waits there.
	 * @param post the message
	 * @param sender is told what became of it
	 * @param receivers how many receivers the message has
	 */
	void deliver(Message.Post post, Correspondent sender, int receivers) {
		int size = post.payload().readableBytes();
		String reason = null;
		if (this.waiting.size() >= this.maxQueued) {
			reason = "%s has yet to handle %d messages, as many as pm.message.max-queued allows".formatted(this,
					this.waiting.size());
		}
		else if (this.bytes + size > MAX_BYTES && !this.waiting.isEmpty()) {
			reason = "%s has yet to handle %d messages of together %d bytes, and %d are allowed".formatted(this,
					this.waiting.size(), this.bytes, MAX_BYTES);
		}
		if (reason != null) {
			sender.answer(receipt(DeliveryOutcome.REFUSED, reason), receivers, post.id());
			return;
		}
		this.waiting.add(new Waiting(sender, post.id(), receivers, size));
		this.bytes += size;
		this.connection
			.send(new Message.Deliver(++this.sequence, sender.group(), sender.index(), sender.pid(), post.payload()));
	}

	/**
	 * The receiver has handled messages.
	 * @param acknowledge which
	 * @throws CorruptedFrameException where it was not sent these, or has acknowledged
	 * them before
	 */
	void acknowledged(Message.Acknowledge acknowledge) {
		long first = this.sequence - this.waiting.size() + 1;
		if (acknowledge.upTo() < first || acknowledge.upTo() > this.sequence) {
			throw new CorruptedFrameException("message %d is acknowledged, where %d to %d are awaited"
				.formatted(acknowledge.upTo(), first, this.sequence));
		}
		Map<Long, String> failures = new HashMap<>();
		acknowledge.failures().forEach((failure) -> failures.put(failure.sequence(), failure.reason()));
		for (long sequence = first; sequence <= acknowledge.upTo(); sequence++) {
			String failure = failures.isEmpty() ? null : failures.get(sequence);
			answer((failure != null) ? receipt(DeliveryOutcome.FAILED, failure) : this.handled);
		}
	}

	/** The receiver has ended: it will acknowledge nothing more. */
	void end() {
		Receipt gone = receipt(DeliveryOutcome.GONE, "%s ended before it acknowledged".formatted(this));
		while (!this.waiting.isEmpty()) {
			answer(gone);
		}
	}

	private void answer(Receipt receipt) {
		Waiting message = this.waiting.remove();
		this.bytes -= message.bytes();
		message.sender().answer(receipt, message.receivers(), message.id());
	}

	private Receipt receipt(DeliveryOutcome outcome, @Nullable String reason) {
		return new Receipt(this.group, this.index, this.pid, outcome, reason);
	}

	@Override
	public String toString() {
		return "%s-%d (pid %d)".formatted(this.group, this.index, this.pid);
	}

	/**
	 * A message that was not acknowledged yet.
	 *
	 * @param sender who sent it
	 * @param id how the sender names it
	 * @param receivers how many receivers it has
	 * @param bytes how long it is
	 */
	private record Waiting(Correspondent sender, long id, int receivers, int bytes) {
	}

}
