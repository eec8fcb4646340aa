package io.pmboot.control;

import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Gathers frames in few buffers, because a buffer costs far more to write than a frame.
 * Not safe for use by several threads.
 */
final class FrameBatch {

	/** What a buffer is filled with before the next one is begun. */
	static final int CHUNK = 64 * 1024;

	/** A payload of this length is rather written from where it is than copied. */
	private static final int LARGE = 16 * 1024;

	private final ByteBufAllocator allocator;

	/** Takes each buffer over. */
	private final Consumer<ByteBuf> out;

	private @Nullable ByteBuf gathered;

	FrameBatch(ByteBufAllocator allocator, Consumer<ByteBuf> out) {
		this.allocator = allocator;
		this.out = out;
	}

	/**
	 * Adds a message. Retains what it keeps of it.
	 * @param message the message
	 * @return how many bytes its frame has
	 */
	int add(Message message) {
		ByteBuf buffer = this.gathered;
		if (buffer == null) {
			buffer = this.allocator.directBuffer(CHUNK);
			this.gathered = buffer;
		}
		int start = buffer.writerIndex();
		if (message instanceof Message.Deliver deliver && deliver.payload().readableBytes() >= LARGE) {
			FrameCodec.writeHead(deliver, buffer);
			int length = buffer.writerIndex() - start + deliver.payload().readableBytes();
			emit();
			this.out.accept(deliver.payload().retainedSlice());
			return length;
		}
		FrameCodec.writeFrame(message, buffer);
		int length = buffer.writerIndex() - start;
		if (buffer.writerIndex() >= CHUNK - 1024) {
			emit();
		}
		return length;
	}

	/** Hands over what has gathered. */
	void emit() {
		ByteBuf buffer = this.gathered;
		this.gathered = null;
		if (buffer != null) {
			if (buffer.isReadable()) {
				this.out.accept(buffer);
			}
			else {
				buffer.release();
			}
		}
	}

	/** Drops what has gathered. */
	void discard() {
		if (this.gathered != null) {
			this.gathered.release();
			this.gathered = null;
		}
	}

}
