package io.pmboot.master;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A process that sends and receives messages: what it was sent and has not acknowledged,
 * and what became of its own messages, which is gathered here and told in few frames: for
 * a run of messages with the same fate one.
 */
final class Correspondent {

	/**
	 * So many bytes of payload wait for one receiver at most, some of them in the
	 * master's memory where it does not read: fewer than would make the control socket
	 * give it up.
	 */
	private static final int MAX_BYTES = 4 * 1024 * 1024;

	/** So many entries make a frame. */
	private static final int MAX_IDS = 4096;

	private final String group;

	private final int index;

	private final long pid;

	private final ControlConnection connection;

	private final int maxQueued;

	/** Told when there is something to {@link #flush()}. */
	private final Consumer<Correspondent> answering;

	private final Consumer<DeliveryOutcome> outcomes;

	private final Receipt handled;

	/** What it has yet to acknowledge. */
	private final Queue<Waiting> waiting = new ArrayDeque<>();

	private long sequence;

	private long bytes;

	private @Nullable Receipt receipt;

	private int receivers;

	private List<Frame.Delivered.Ids> ids = new ArrayList<>();

	private long first;

	private int count;

	private boolean ended;

	Correspondent(String group, int index, long pid, ControlConnection connection, int maxQueued,
			Consumer<Correspondent> answering, Consumer<DeliveryOutcome> outcomes) {
		this.group = group;
		this.index = index;
		this.pid = pid;
		this.connection = connection;
		this.maxQueued = maxQueued;
		this.answering = answering;
		this.outcomes = outcomes;
		this.handled = receipt(DeliveryOutcome.HANDLED, null);
	}

	/**
	 * Sends it a message, or refuses that where too much waits there.
	 * @param post the message
	 * @param sender is told what became of it
	 * @param receivers how many receivers the message has
	 */
	void deliver(Frame.Post post, Correspondent sender, int receivers) {
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
			.send(new Frame.Deliver(++this.sequence, sender.group, sender.index, sender.pid, post.payload()));
	}

	/**
	 * It has handled messages.
	 * @param acknowledge which
	 * @throws CorruptedFrameException where it was not sent these, or has acknowledged
	 * them before
	 */
	void acknowledged(Frame.Acknowledge acknowledge) {
		long first = this.sequence - this.waiting.size() + 1;
		if (acknowledge.upTo() < first || acknowledge.upTo() > this.sequence) {
			throw new CorruptedFrameException("message %d is acknowledged, where %d to %d are awaited"
				.formatted(acknowledge.upTo(), first, this.sequence));
		}
		Map<Long, String> failures = new HashMap<>();
		acknowledge.failures().forEach((failure) -> failures.put(failure.sequence(), failure.reason()));
		for (long sequence = first; sequence <= acknowledge.upTo(); sequence++) {
			String failure = failures.isEmpty() ? null : failures.get(sequence);
			answerNext((failure != null) ? receipt(DeliveryOutcome.FAILED, failure) : this.handled);
		}
	}

	/** The process has ended: it will acknowledge nothing more. */
	void end() {
		this.ended = true;
		Receipt gone = receipt(DeliveryOutcome.GONE, "%s ended before it acknowledged".formatted(this));
		while (!this.waiting.isEmpty()) {
			answerNext(gone);
		}
	}

	private void answerNext(Receipt receipt) {
		Waiting message = this.waiting.remove();
		this.bytes -= message.bytes();
		message.sender().answer(receipt, message.receivers(), message.id());
	}

	private Receipt receipt(DeliveryOutcome outcome, @Nullable String reason) {
		return new Receipt(this.group, this.index, this.pid, outcome, reason);
	}

	/**
	 * Tells this process what became of one of its messages at one receiver.
	 * @param receipt the receiver and the outcome
	 * @param receivers how many receivers the message has
	 * @param id the message
	 */
	void answer(Receipt receipt, int receivers, long id) {
		this.outcomes.accept(receipt.outcome());
		if (this.ended) {
			return;
		}
		if (this.receipt == null) {
			this.answering.accept(this);
		}
		else if (this.receivers != receivers || this.ids.size() >= MAX_IDS
				|| (this.receipt != receipt && !this.receipt.equals(receipt))) {
			flush();
		}
		if (this.receipt != null && id == this.first + this.count) {
			this.count++;
			return;
		}
		endRun();
		this.receipt = receipt;
		this.receivers = receivers;
		this.first = id;
		this.count = 1;
	}

	private void endRun() {
		if (this.count > 0) {
			this.ids.add(new Frame.Delivered.Ids(this.first, this.count));
			this.count = 0;
		}
	}

	/** Sends what has gathered. */
	void flush() {
		endRun();
		if (this.receipt != null && !this.ended) {
			this.connection.send(new Frame.Delivered(this.receipt, this.receivers, this.ids));
		}
		this.receipt = null;
		this.ids = new ArrayList<>();
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
