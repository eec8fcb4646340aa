package io.pmboot.control;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.ReferenceCountUtil;
import io.pmboot.loop.LoopLog;
import org.jspecify.annotations.Nullable;

/**
 * A worker's control stream: says hello, awaits the welcome, and holds what follows until
 * somebody receives. Lives on the client's event loop, except where a method says
 * otherwise.
 */
final class ClientStream extends SimpleChannelInboundHandler<Frame> {

	/** How many frames wait for a receiver before no more are read. */
	private static final int MAX_WAITING = 1024;

	private static final LoopLog logger = LoopLog.of(ClientStream.class);

	private final CompletableFuture<Frame.Welcome> welcome = new CompletableFuture<>();

	private final Deque<Frame> waiting = new ArrayDeque<>();

	private @Nullable Consumer<Frame> onMessage;

	private @Nullable Runnable onEnd;

	private boolean ended;

	ClientStream() {
		super(Frame.class);
	}

	// On any thread. Fails where the master does not answer.
	CompletableFuture<Frame.Welcome> welcome() {
		return this.welcome;
	}

	// Whoever calls it lets the channel be read again.
	void start(Consumer<Frame> onMessage, Runnable onEnd) {
		this.onMessage = onMessage;
		this.onEnd = onEnd;
		for (Frame frame = this.waiting.poll(); frame != null; frame = this.waiting.poll()) {
			deliver(onMessage, frame);
			ReferenceCountUtil.release(frame);
		}
		if (this.ended) {
			onEnd.run();
		}
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		context.writeAndFlush(new Frame.Hello(Frame.VERSION));
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, Frame frame) {
		if (this.ended) {
			return;
		}
		if (!this.welcome.isDone()) {
			if (!(frame instanceof Frame.Welcome answer)) {
				end(context, "it answered with " + frame);
			}
			else if (answer.version() < 1 || answer.version() > Frame.VERSION) {
				end(context, FrameCodec.noCommonVersion(answer.version()));
			}
			else {
				this.welcome.complete(answer);
			}
		}
		else if (FrameCodec.sender(frame) == FrameType.Sender.MASTER) {
			deliverOrKeep(context, frame);
		}
		else {
			end(context, "it sent %s, which is not a master's to send".formatted(frame.getClass().getSimpleName()));
		}
	}

	private void deliverOrKeep(ChannelHandlerContext context, Frame frame) {
		if (this.onMessage != null) {
			deliver(this.onMessage, frame);
			return;
		}
		this.waiting.add(ReferenceCountUtil.retain(frame));
		if (this.waiting.size() >= MAX_WAITING) {
			context.channel().config().setAutoRead(false);
		}
	}

	private void deliver(Consumer<Frame> receiver, Frame frame) {
		try {
			receiver.accept(frame);
		}
		catch (RuntimeException ex) {
			logger.error("%s of the master could not be handled".formatted(frame), ex);
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		end(context, "the master closed the connection");
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable ex) {
		if (ex instanceof IOException) {
			// A reset: the master closed it without having read everything.
			end(context, "the master closed the connection");
			return;
		}
		if (!this.ended) {
			logger.warn("The control stream is closed: what the master sent cannot be read", ex);
		}
		end(context, ex.toString());
	}

	private void end(ChannelHandlerContext context, String reason) {
		if (this.ended) {
			return;
		}
		this.ended = true;
		this.welcome.completeExceptionally(new IOException(reason));
		context.close();
		if (this.onEnd != null) {
			this.onEnd.run();
		}
	}

}
