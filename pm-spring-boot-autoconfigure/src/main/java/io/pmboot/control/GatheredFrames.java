package io.pmboot.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;

/**
 * What is sent to a peer together, once in each turn of the event loop; and the brake for
 * a peer that does not read: it is not listened to, so that it causes nothing more to be
 * sent to it.
 */
final class GatheredFrames {

	/** So many bytes may wait for a peer that is listened to. */
	private static final int HOLD = 1024 * 1024;

	private final ChannelHandlerContext context;

	private final FrameBatch batch;

	private boolean flushing;

	private boolean closed;

	GatheredFrames(ChannelHandlerContext context) {
		this.context = context;
		this.batch = new FrameBatch(context.alloc(),
				(frames) -> context.write(frames).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE));
	}

	void add(Message message) {
		this.batch.add(message);
		if (!this.flushing) {
			this.flushing = true;
			// After all that is read in this turn.
			this.context.executor().execute(this::flush);
		}
	}

	/** Writes what has gathered, before something else is written. */
	void emit() {
		this.batch.emit();
	}

	private void flush() {
		this.flushing = false;
		if (this.closed) {
			return;
		}
		this.batch.emit();
		this.context.flush();
		if (pending() > HOLD) {
			this.context.channel().config().setAutoRead(false);
			this.context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((written) -> resume());
		}
	}

	private long pending() {
		return this.context.channel().config().getWriteBufferHighWaterMark()
				- this.context.channel().bytesBeforeUnwritable();
	}

	private void resume() {
		if (!this.closed) {
			this.context.channel().config().setAutoRead(true);
		}
	}

	void close() {
		this.closed = true;
		this.batch.discard();
	}

}
