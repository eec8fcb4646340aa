package io.pmboot.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.pmboot.event.MessageEvent;
import org.jspecify.annotations.Nullable;

/**
 * What messages carry, as bytes: one that names the kind, for an object the length and
 * the name of its class, and what was sent. May be used on any thread.
 */
final class Payloads {

	private static final byte BYTES = 0;

	private static final byte TEXT = 1;

	private static final byte JSON = 2;

	/** Of an object, before the name: the kind, and how long the name is. */
	private static final int HEAD = 1 + Short.BYTES;

	private static final int MAX_NAME = 1024;

	private final @Nullable JsonPayloads json;

	/**
	 * Creates it.
	 * @param json writes and reads objects, or {@code null} where there is no JSON
	 */
	Payloads(@Nullable JsonPayloads json) {
		this.json = json;
	}

	/**
	 * Writes a payload.
	 * @param payload a String, a byte[] or any object that can be written as JSON
	 * @return its bytes
	 * @throws IllegalArgumentException where it cannot be written
	 */
	Written write(Object payload) {
		if (payload instanceof String text) {
			return written(new byte[] { TEXT }, text.getBytes(StandardCharsets.UTF_8));
		}
		if (payload instanceof byte[] bytes) {
			return written(new byte[] { BYTES }, bytes);
		}
		if (this.json == null) {
			throw new IllegalArgumentException(("A %s cannot be sent without Jackson, which writes it as JSON: add the "
					+ "dependency org.springframework.boot:spring-boot-starter-json, or send a String or a byte[]")
				.formatted(payload.getClass().getName()));
		}
		String name = payload.getClass().getName();
		byte[] type = name.substring(0, Math.min(name.length(), MAX_NAME)).getBytes(StandardCharsets.UTF_8);
		byte[] head = ByteBuffer.allocate(HEAD + type.length).put(JSON).putShort((short) type.length).put(type).array();
		return written(head, this.json.write(payload));
	}

	private static Written written(byte[] head, byte[] payload) {
		byte[] bytes = Arrays.copyOf(head, head.length + payload.length);
		System.arraycopy(payload, 0, bytes, head.length, payload.length);
		return new Written(bytes, payload.length);
	}

	/**
	 * The event of a message.
	 * @param source where it arrived
	 * @param sender who sent it
	 * @param bytes what it carries, which {@link #write} has made in this or another
	 * process
	 * @return the event; what is malformed shows when its payload is read
	 */
	MessageEvent read(Object source, MessageEvent.Sender sender, byte[] bytes) {
		return new Received(source, sender, bytes, this.json);
	}

	/**
	 * A payload as bytes.
	 *
	 * @param bytes the bytes
	 * @param length how many of them are what was sent
	 */
	record Written(byte[] bytes, int length) {
	}

	/**
	 * A message that was received.
	 */
	private static final class Received extends MessageEvent {

		private final transient Sender sender;

		private final transient byte[] bytes;

		private final transient @Nullable JsonPayloads json;

		Received(Object source, Sender sender, byte[] bytes, @Nullable JsonPayloads json) {
			super(source);
			this.sender = sender;
			this.bytes = bytes;
			this.json = json;
		}

		@Override
		public Sender sender() {
			return this.sender;
		}

		@Override
		public String type() {
			return switch (kind()) {
				case BYTES -> "byte[]";
				case TEXT -> String.class.getName();
				case JSON -> new String(this.bytes, HEAD, nameLength(), StandardCharsets.UTF_8);
				default -> "unknown";
			};
		}

		@Override
		public <T> T payload(Class<T> type) {
			if (kind() == BYTES && type == byte[].class) {
				return type.cast(Arrays.copyOfRange(this.bytes, 1, this.bytes.length));
			}
			if (kind() == TEXT && type.isAssignableFrom(String.class)) {
				return type.cast(new String(this.bytes, 1, this.bytes.length - 1, StandardCharsets.UTF_8));
			}
			if (kind() == JSON) {
				return object(type);
			}
			throw unreadable(type, "it was not sent as an object", null);
		}

		private <T> T object(Class<T> type) {
			if (this.json == null) {
				throw unreadable(type, "there is no Jackson here to read its JSON: add the dependency "
						+ "org.springframework.boot:spring-boot-starter-json", null);
			}
			try {
				return this.json.read(Arrays.copyOfRange(this.bytes, HEAD + nameLength(), this.bytes.length), type);
			}
			catch (IllegalArgumentException ex) {
				throw unreadable(type, ex.getMessage(), ex);
			}
		}

		private IllegalArgumentException unreadable(Class<?> type, @Nullable String why,
				@Nullable IllegalArgumentException cause) {
			return new IllegalArgumentException(
					"A message of type %s cannot be read as %s: %s".formatted(type(), type.getTypeName(), why), cause);
		}

		private byte kind() {
			byte kind = (this.bytes.length > 0) ? this.bytes[0] : -1;
			return (kind != JSON || this.bytes.length >= HEAD) ? kind : -1;
		}

		// Of a frame that another version made, the kind alone is certain.
		private int nameLength() {
			int length = Short.toUnsignedInt(ByteBuffer.wrap(this.bytes).getShort(1));
			return Math.min(length, this.bytes.length - HEAD);
		}

	}

}
