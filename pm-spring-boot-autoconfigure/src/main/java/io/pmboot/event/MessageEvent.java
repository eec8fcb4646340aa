package io.pmboot.event;

import io.pmboot.MessageSender;

import org.springframework.context.ApplicationEvent;

/**
 * A message arrived. Published in the worker, or the master, that it was sent to, on a
 * thread that handles one message after the other: the sender learns that it was handled
 * when every listener has returned, or that it failed where one throws.
 *
 * @since 0.1
 */
public final class MessageEvent extends ApplicationEvent {

	private final transient Sender sender;

	private final transient Content content;

	/**
	 * Creates an event.
	 * @param source the object on which the event occurred
	 * @param sender who sent the message
	 * @param content what it carries
	 */
	public MessageEvent(Object source, Sender sender, Content content) {
		super(source);
		this.sender = sender;
		this.content = content;
	}

	/**
	 * Who sent the message.
	 * @return the sender
	 */
	public Sender sender() {
		return this.sender;
	}

	/**
	 * What the sender gave as payload: {@code java.lang.String}, {@code byte[]}, or the
	 * name of the object's class in the sender.
	 * @return the name
	 */
	public String type() {
		return this.content.type();
	}

	/**
	 * Reads the payload.
	 * @param <T> the type
	 * @param type String or byte[] where that was sent; otherwise any type that the
	 * application's JsonMapper can make of what the sender's has written
	 * @return the payload
	 * @throws IllegalArgumentException where the payload cannot be read as that type
	 */
	public <T> T payload(Class<T> type) {
		return this.content.as(type);
	}

	@Override
	public String toString() {
		return "MessageEvent[type=%s, sender=%s]".formatted(type(), this.sender);
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

	/**
	 * What a message carries.
	 */
	public interface Content {

		/**
		 * Names what the sender gave as payload.
		 * @return {@code java.lang.String}, {@code byte[]}, or the name of a class
		 */
		String type();

		/**
		 * Reads the payload.
		 * @param <T> the type
		 * @param type the type
		 * @return the payload
		 * @throws IllegalArgumentException where it cannot be read as that type
		 */
		<T> T as(Class<T> type);

	}

}
