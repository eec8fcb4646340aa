package io.pmboot.sample;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.pmboot.event.MessageEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** The last messages that this worker has received. */
@Component
class MessageLog {

	private static final int MAX = 100;

	private static final Logger logger = LoggerFactory.getLogger(MessageLog.class);

	private final Deque<Entry> entries = new ArrayDeque<>();

	@EventListener
	synchronized void on(MessageEvent event) {
		MessageEvent.Sender sender = event.sender();
		String text = event.payload(String.class);
		logger.info("Message from {}-{}: {}", sender.group(), sender.index(), text);
		if (this.entries.size() == MAX) {
			this.entries.removeFirst();
		}
		this.entries.add(new Entry(text, sender.group(), sender.index(), sender.pid()));
	}

	synchronized List<Entry> entries() {
		return List.copyOf(this.entries);
	}

	/**
	 * A message.
	 *
	 * @param text what it said
	 * @param group the sender's group
	 * @param index the sender's slot
	 * @param pid the sender's process
	 */
	record Entry(String text, String group, int index, long pid) {
	}

}
