package io.pmboot.control;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Frames that any thread may add, and that the event loop writes: in few buffers, because
 * a buffer costs far more to write than a frame, and no more of them than the socket
 * takes.
 */
final class FrameQueue extends ChannelInboundHandlerAdapter {

	/** So many bytes may wait. */
	static final int MAX_BYTES = 8 * 1024 * 1024;

	/** What a buffer is filled with before the next one is begun. */
	private static final int CHUNK = 64 * 1024;

	/** A payload of this length is rather written from where it is than copied. */
	private static final int LARGE = 16 * 1024;

	/** After this buffer the channel is closed. */
	private static final ByteBuf LAST = Unpooled.EMPTY_BUFFER;

	private final Queue<ByteBuf> full = new ArrayDeque<>();

	private @Nullable ByteBuf filling;

	private volatile @Nullable ChannelHandlerContext context;

	private long bytes;

	/** Whether a task that writes waits for its turn, or for the socket. */
	private boolean writing;

	private boolean closed;

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		this.context = context;
	}

	/**
	 * Adds a frame after all that were added before. On any thread. Retains what it keeps
	 * of it.
	 * @param frame the frame
	 * @return whether there was room for it
	 * @throws IOException where the stream has ended
	 */
	boolean offer(Frame frame) throws IOException {
		ChannelHandlerContext context = this.context;
		synchronized (this) {
			if (context == null || this.closed) {
				throw new IOException("Closed");
			}
			if (this.bytes >= MAX_BYTES) {
				return false;
			}
			add(frame, context);
			if (this.writing) {
				return true;
			}
			this.writing = true;
		}
		try {
			context.executor().execute(() -> write(context));
		}
		catch (RejectedExecutionException ex) {
			throw new IOException("Closed", ex);
		}
		return true;
	}

	private void add(Frame frame, ChannelHandlerContext context) {
		ByteBuf buffer = (this.filling != null) ? this.filling : context.alloc().directBuffer(CHUNK);
		this.filling = buffer;
		int start = buffer.writerIndex();
		if (frame instanceof Frame.Deliver deliver && deliver.payload().readableBytes() >= LARGE) {
			FrameCodec.writeHead(deliver, buffer);
			this.bytes += deliver.payload().readableBytes();
			endBuffer();
			this.full.add(deliver.payload().retainedSlice());
		}
		else {
			FrameCodec.writeFrame(frame, buffer);
			if (buffer.writerIndex() >= CHUNK - 1024) {
				endBuffer();
			}
		}
		this.bytes += buffer.writerIndex() - start;
	}

	private void endBuffer() {
		if (this.filling != null) {
			this.full.add(this.filling);
			this.filling = null;
		}
	}

	// Once in a turn of the event loop, and when the socket takes more.
	private void write(ChannelHandlerContext context) {
		boolean written = false;
		while (context.channel().isWritable()) {
			ByteBuf next = next();
			if (next == null) {
				break;
			}
			ChannelFuture future = context.write(next);
			if (next == LAST) {
				future.addListener(ChannelFutureListener.CLOSE);
			}
			written = true;
		}
		if (written) {
			context.flush();
		}
	}

	private synchronized @Nullable ByteBuf next() {
		if (this.full.isEmpty()) {
			endBuffer();
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

	// On the event loop: closes the channel when all is written that was added before.
	void end(ChannelHandlerContext context) {
		synchronized (this) {
			endBuffer();
			this.full.add(LAST);
		}
		write(context);
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext context) {
		write(context);
		context.fireChannelWritabilityChanged();
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		synchronized (this) {
			this.closed = true;
			endBuffer();
			this.full.forEach(ByteBuf::release);
			this.full.clear();
		}
		context.fireChannelInactive();
	}

}
