package io.pmboot.control;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * The body of a frame: its fields, in their order. Every length is checked against what
 * is left before anything is allocated; whatever does not fit is a
 * {@link CorruptedFrameException}.
 */
final class Fields {

	private final ByteBuf bytes;

	private final boolean payloadFollows;

	Fields(ByteBuf bytes) {
		this(bytes, false);
	}

	/**
	 * Creates the fields of a frame.
	 * @param bytes where they are read from, or written to
	 * @param payloadFollows whether a payload, always the last field, is written by
	 * whoever writes these bytes: from where it is
	 */
	Fields(ByteBuf bytes, boolean payloadFollows) {
		this.bytes = bytes;
		this.payloadFollows = payloadFollows;
	}

	/**
	 * Whether this is all: an older version does not send what was appended since.
	 * @return whether no field is left
	 */
	boolean isAtEnd() {
		return !this.bytes.isReadable();
	}

	int readType() {
		return readable(1).readUnsignedByte();
	}

	Fields writeType(int type) {
		this.bytes.writeByte(type);
		return this;
	}

	int readInt() {
		return readable(Integer.BYTES).readInt();
	}

	Fields writeInt(int value) {
		this.bytes.writeInt(value);
		return this;
	}

	long readLong() {
		return readable(Long.BYTES).readLong();
	}

	Fields writeLong(long value) {
		this.bytes.writeLong(value);
		return this;
	}

	// Retained: whoever reads it releases it.
	ByteBuf readPayload() {
		int length = readInt();
		return readable(length).readRetainedSlice(length);
	}

	Fields writePayload(ByteBuf payload) {
		this.bytes.writeInt(payload.readableBytes());
		if (!this.payloadFollows) {
			this.bytes.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
		}
		return this;
	}

	String readString() {
		int length = readInt();
		String text = readable(length).toString(this.bytes.readerIndex(), length, StandardCharsets.UTF_8);
		this.bytes.skipBytes(length);
		return text;
	}

	Fields writeString(String text) {
		this.bytes.writeInt(ByteBufUtil.utf8Bytes(text));
		ByteBufUtil.writeUtf8(this.bytes, text);
		return this;
	}

	List<String> readStrings() {
		return readList(Integer.BYTES, Fields::readString);
	}

	// Bounded, because the master keeps them.
	List<String> readStrings(String what, int most) {
		List<String> texts = readStrings();
		checkCount(what, texts.size(), most);
		return texts;
	}

	int readCount(String what, int most) {
		int count = readInt();
		checkCount(what, count, most);
		return count;
	}

	private static void checkCount(String what, int count, int most) {
		if (count < 0 || count > most) {
			throw new CorruptedFrameException("%d %s, where %d may be".formatted(count, what, most));
		}
	}

	Fields writeStrings(List<String> texts) {
		return writeList(texts, Fields::writeString);
	}

	Duration readDuration() {
		long seconds = readable(Long.BYTES).readLong();
		int nanos = readInt();
		if (seconds < 0 || nanos < 0 || nanos > 999_999_999) {
			throw new CorruptedFrameException("%d s and %d ns is no duration".formatted(seconds, nanos));
		}
		return Duration.ofSeconds(seconds, nanos);
	}

	Fields writeDuration(Duration duration) {
		this.bytes.writeLong(duration.getSeconds());
		this.bytes.writeInt(duration.getNano());
		return this;
	}

	/**
	 * Reads a constant by its name, so that the order of the constants is free to change.
	 * @param <E> its type
	 * @param type its type
	 * @return the constant
	 */
	<E extends Enum<E>> E readConstant(Class<E> type) {
		String name = readString();
		for (E constant : type.getEnumConstants()) {
			if (constant.name().equals(name)) {
				return constant;
			}
		}
		throw new CorruptedFrameException(
				"a %s of %d characters is unknown".formatted(type.getSimpleName(), name.length()));
	}

	Fields writeConstant(Enum<?> constant) {
		return writeString(constant.name());
	}

	// What may be missing is -1.
	@Nullable Long readOptional() {
		long value = readLong();
		return (value >= 0) ? value : null;
	}

	Fields writeOptional(@Nullable Long value) {
		return writeLong((value != null) ? value : -1);
	}

	/**
	 * Reads a list.
	 * @param <E> the type of an entry
	 * @param entryBytes how many bytes an entry takes at least, so that a false count
	 * cannot make a huge list
	 * @param entry reads an entry
	 * @return the list
	 */
	<E> List<E> readList(int entryBytes, Function<Fields, E> entry) {
		int count = readInt();
		if (count < 0 || count > this.bytes.readableBytes() / entryBytes) {
			throw new CorruptedFrameException("a list of %d entries does not fit".formatted(count));
		}
		List<E> list = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			list.add(entry.apply(this));
		}
		return list;
	}

	<E> Fields writeList(Collection<E> list, BiConsumer<Fields, E> entry) {
		writeInt(list.size());
		list.forEach((each) -> entry.accept(this, each));
		return this;
	}

	private ByteBuf readable(int length) {
		if (length < 0 || length > this.bytes.readableBytes()) {
			throw new CorruptedFrameException(
					"a field of %d bytes where %d are left".formatted(length, this.bytes.readableBytes()));
		}
		return this.bytes;
	}

}
