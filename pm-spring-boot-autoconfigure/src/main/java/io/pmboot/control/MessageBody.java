package io.pmboot.control;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.DrainReason;

/**
 * The fields of a frame, in their order. Every length is checked against what is left
 * before anything is allocated; whatever does not fit is a
 * {@link CorruptedFrameException}.
 */
final class MessageBody {

	private final ByteBuf bytes;

	MessageBody(ByteBuf bytes) {
		this.bytes = bytes;
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

	MessageBody writeType(int type) {
		this.bytes.writeByte(type);
		return this;
	}

	int readInt() {
		return readable(Integer.BYTES).readInt();
	}

	MessageBody writeInt(int value) {
		this.bytes.writeInt(value);
		return this;
	}

	long readLong() {
		return readable(Long.BYTES).readLong();
	}

	MessageBody writeLong(long value) {
		this.bytes.writeLong(value);
		return this;
	}

	// Retained: whoever reads it releases it.
	ByteBuf readBytes() {
		int length = readInt();
		return readable(length).readRetainedSlice(length);
	}

	MessageBody writeBytes(ByteBuf bytes) {
		this.bytes.writeInt(bytes.readableBytes());
		this.bytes.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
		return this;
	}

	String readString() {
		int length = readInt();
		String text = readable(length).toString(this.bytes.readerIndex(), length, StandardCharsets.UTF_8);
		this.bytes.skipBytes(length);
		return text;
	}

	MessageBody writeString(String text) {
		this.bytes.writeInt(ByteBufUtil.utf8Bytes(text));
		ByteBufUtil.writeUtf8(this.bytes, text);
		return this;
	}

	// Each entry takes some bytes, so that a false count cannot make a huge list.
	int readCount(int entryBytes) {
		int count = readInt();
		if (count < 0 || count > this.bytes.readableBytes() / entryBytes) {
			throw new CorruptedFrameException("a list of %d entries does not fit".formatted(count));
		}
		return count;
	}

	List<String> readStrings() {
		int count = readCount(Integer.BYTES);
		List<String> texts = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			texts.add(readString());
		}
		return texts;
	}

	MessageBody writeStrings(List<String> texts) {
		this.bytes.writeInt(texts.size());
		texts.forEach(this::writeString);
		return this;
	}

	Duration readDuration() {
		long seconds = readable(Long.BYTES).readLong();
		int nanos = readInt();
		if (seconds < 0 || nanos < 0 || nanos > 999_999_999) {
			throw new CorruptedFrameException("%d s and %d ns is no duration".formatted(seconds, nanos));
		}
		return Duration.ofSeconds(seconds, nanos);
	}

	MessageBody writeDuration(Duration duration) {
		this.bytes.writeLong(duration.getSeconds());
		this.bytes.writeInt(duration.getNano());
		return this;
	}

	// By name, so that the order of the constants is free to change.
	DrainReason readReason() {
		String name = readString();
		for (DrainReason reason : DrainReason.values()) {
			if (reason.name().equals(name)) {
				return reason;
			}
		}
		throw new CorruptedFrameException("a drain reason of %d characters is unknown".formatted(name.length()));
	}

	MessageBody writeReason(DrainReason reason) {
		return writeString(reason.name());
	}

	private ByteBuf readable(int length) {
		if (length < 0 || length > this.bytes.readableBytes()) {
			throw new CorruptedFrameException(
					"a field of %d bytes where %d are left".formatted(length, this.bytes.readableBytes()));
		}
		return this.bytes;
	}

}
