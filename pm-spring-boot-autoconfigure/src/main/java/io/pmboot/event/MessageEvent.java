package io.pmboot.event;

import io.pmboot.MessageSender;

import org.springframework.context.ApplicationEvent;

/**
 * A message arrived. Published in the worker, or the master, that it was sent to, on a
 * thread that handles one message after the other: the sender learns that it was handled
 * when every listener has returned, or that it failed where one throws.
 * <p>
 * Made by pm; an application extends it only to test its listeners.
 *
 * @since 0.1
 */
public abstract class MessageEvent extends ApplicationEvent {

	/**
	 * Creates an event.
	 * @param source the object on which the event occurred
	 */
	protected MessageEvent(Object source) {
		super(source);
	}

	/**
	 * Who sent the message.
	 * @return the sender
	 */
	public abstract Sender sender();

	/**
	 * What the sender gave as payload: {@code java.lang.String}, {@code byte[]}, or the
	 * name of the object's class in the sender.
	 * @return the name
	 */
	public abstract String type();

	/**
	 * Reads the payload.
	 * @param <T> the type
	 * @param type String or byte[] where that was sent; otherwise any type that the
	 * application's JsonMapper can make of what the sender's has written
	 * @return the payload
	 * @throws IllegalArgumentException where the payload cannot be read as that type
	 */
	public abstract <T> T payload(Class<T> type);

	@Override
	public String toString() {
		return "MessageEvent[type=%s, sender=%s]".formatted(type(), sender());
	}

	/**
	 * Who sent a message.
	 *
	 * @param group its group, or {@link MessageSender#MASTER}
	 * @param index its slot, 0 for the master
	 * @param pid its process id
	 */
	public record Sender(String group, int index, long pid) {
	}

}
