package io.pmboot.control;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Frames that any thread may add, and that the event loop writes: all at once that have
 * gathered while it was busy, and no more of them than the socket takes.
 */
final class FrameQueue {

	/** So many bytes may wait. */
	static final int MAX_BYTES = 8 * 1024 * 1024;

	private final ChannelHandlerContext context;

	private final Queue<ByteBuf> full = new ArrayDeque<>();

	private final FrameBatch batch;

	private long bytes;

	/** Whether a task that writes waits for its turn, or for the socket. */
	private boolean writing;

	private boolean closed;

	FrameQueue(ChannelHandlerContext context) {
		this.context = context;
		this.batch = new FrameBatch(context.alloc(), this.full::add);
	}

	/**
	 * Adds a message after all that were added before. On any thread.
	 * @param message the message
	 * @return whether there was room for it
	 * @throws IOException where the stream has ended
	 */
	boolean offer(Message message) throws IOException {
		synchronized (this) {
			if (this.closed) {
				throw new IOException("Closed");
			}
			if (this.bytes >= MAX_BYTES) {
				return false;
			}
			this.bytes += this.batch.add(message);
			if (this.writing) {
				return true;
			}
			this.writing = true;
		}
		try {
			this.context.executor().execute(this::write);
		}
		catch (RejectedExecutionException ex) {
			throw new IOException("Closed", ex);
		}
		return true;
	}

	// On the event loop: goes on when the channel is writable again.
	void write() {
		boolean written = false;
		while (this.context.channel().isWritable()) {
			ByteBuf next = next();
			if (next == null) {
				break;
			}
			this.context.write(next);
			written = true;
		}
		if (written) {
			this.context.flush();
		}
	}

	private synchronized @Nullable ByteBuf next() {
		if (this.full.isEmpty()) {
			this.batch.emit();
		}
		ByteBuf next = this.full.poll();
		if (next != null) {
			this.bytes -= next.readableBytes();
		}
		else {
			this.writing = false;
		}
		return next;
	}

	synchronized void close() {
		this.closed = true;
		this.batch.discard();
		this.full.forEach(ByteBuf::release);
		this.full.clear();
	}

}
