package io.pmboot.master;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.pmboot.Receipt;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Message;
import org.jspecify.annotations.Nullable;

/**
 * A process that sends and receives messages. What became of its own messages is gathered
 * here and told in few frames: for a run of messages with the same fate one.
 */
final class Correspondent {

	/** So many entries make a frame. */
	private static final int MAX_IDS = 4096;

	private final String group;

	private final int index;

	private final long pid;

	private final ControlConnection connection;

	private final Mailbox mailbox;

	/** Told when there is something to {@link #flush()}. */
	private final Consumer<Correspondent> answering;

	private @Nullable Receipt receipt;

	private int receivers;

	private List<Message.Delivered.Ids> ids = new ArrayList<>();

	private long first;

	private int count;

	private boolean ended;

	Correspondent(String group, int index, long pid, ControlConnection connection, int maxQueued,
			Consumer<Correspondent> answering) {
		this.group = group;
		this.index = index;
		this.pid = pid;
		this.connection = connection;
		this.mailbox = new Mailbox(group, index, pid, connection, maxQueued);
		this.answering = answering;
	}

	/**
	 * Tells this process what became of one of its messages at one receiver.
	 * @param receipt the receiver and the outcome
	 * @param receivers how many receivers the message has
	 * @param id the message
	 */
	void answer(Receipt receipt, int receivers, long id) {
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
			this.ids.add(new Message.Delivered.Ids(this.first, this.count));
			this.count = 0;
		}
	}

	/** Sends what has gathered. */
	void flush() {
		endRun();
		if (this.receipt != null && !this.ended) {
			this.connection.send(new Message.Delivered(this.receipt, this.receivers, this.ids));
		}
		this.receipt = null;
		this.ids = new ArrayList<>();
	}

	/** The process has ended. */
	void end() {
		this.ended = true;
		this.mailbox.end();
	}

	Mailbox mailbox() {
		return this.mailbox;
	}

	String group() {
		return this.group;
	}

	int index() {
		return this.index;
	}

	long pid() {
		return this.pid;
	}

}
