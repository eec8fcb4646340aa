package io.pmboot.control;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.EncoderException;
import io.pmboot.loop.LoopLog;
import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the master's control socket, from accept to its end: admitted, then
 * either a control stream or a request for the listeners. Lives on the master's event
 * loop.
 */
final class ControlPeer extends SimpleChannelInboundHandler<Frame> implements ControlConnection {

	private static final LoopLog logger = LoopLog.of(ControlPeer.class);

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final All all;

	private final FrameQueue queue;

	private Phase phase = Phase.HANDSHAKE;

	private long pid = -1;

	private int uid = -1;

	private int version;

	private @Nullable ChannelHandlerContext context;

	private @Nullable Future<?> deadline;

	ControlPeer(All all, FrameQueue queue) {
		super(Frame.class);
		this.all = all;
		this.queue = queue;
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		this.context = context;
		try {
			PeerCredentials peer = NativeTransport.peer(context.channel());
			this.pid = peer.pid();
			this.uid = peer.uid();
		}
		catch (IOException ex) {
			end("its credentials are unknown: " + ex.getMessage());
			return;
		}
		if (this.uid != this.all.uid) {
			end("it runs as another user than this master (uid %d)".formatted(this.all.uid));
			return;
		}
		this.deadline = context.executor()
			.schedule(() -> end("it sent nothing for %d ms".formatted(this.all.handshakeTimeout.toMillis())),
					this.all.handshakeTimeout.toNanos(), TimeUnit.NANOSECONDS);
		this.all.handler.admits(this.pid)
			.whenComplete((admitted, ex) -> context.executor().execute(() -> admitted(context, admitted, ex)));
	}

	private void admitted(ChannelHandlerContext context, @Nullable Boolean admitted, @Nullable Throwable ex) {
		if (ex != null) {
			end("whether it may connect is unknown: " + ex);
		}
		else if (!Boolean.TRUE.equals(admitted)) {
			end("this master forked no such process");
		}
		else if (this.phase == Phase.HANDSHAKE) {
			context.channel().config().setAutoRead(true);
		}
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, Frame frame) {
		switch (this.phase) {
			case HANDSHAKE -> first(context, frame);
			case STREAM -> received(frame);
			case ATTACH -> end("it sent something after Attach");
			case ENDED -> {
			}
		}
	}

	private void first(ChannelHandlerContext context, Frame frame) {
		if (frame instanceof Frame.Hello hello) {
			this.version = Frame.commonVersion(hello.version());
			if (this.version == 0) {
				end(FrameCodec.noCommonVersion(hello.version()));
				return;
			}
			if (this.all.streams.putIfAbsent(this.pid, this) != null) {
				end("it has a control stream already");
				return;
			}
			proceed(Phase.STREAM);
			this.all.handler.connected(this.pid, this);
		}
		else if (frame instanceof Frame.Attach) {
			if (!this.all.streams.containsKey(this.pid)) {
				end("it asked for the listeners without a control stream");
				return;
			}
			proceed(Phase.ATTACH);
			pass(context, this.all.handler.listeners(this.pid));
		}
		else {
			end("it began with " + frame);
		}
	}

	private void proceed(Phase phase) {
		this.phase = phase;
		if (this.deadline != null) {
			this.deadline.cancel(false);
		}
	}

	// Netty sends the descriptors and leaves them open: they are not its own.
	private void pass(ChannelHandlerContext context, List<FileDescriptor> listeners) {
		listeners.forEach(
				(listener) -> context.write(listener).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE));
		closeOnceWritten(context);
	}

	private void received(Frame frame) {
		if (FrameCodec.sender(frame) == FrameType.Sender.WORKER) {
			this.all.handler.received(this.pid, frame);
		}
		else {
			end("it sent %s, which is not a worker's to send".formatted(frame.getClass().getSimpleName()));
		}
	}

	@Override
	public void send(Frame frame) {
		if (this.phase != Phase.STREAM) {
			return;
		}
		try {
			if (!this.queue.offer((frame instanceof Frame.Welcome welcome) ? welcome.at(this.version) : frame)) {
				end("it does not read: %d bytes wait for it".formatted(FrameQueue.MAX_BYTES));
			}
		}
		catch (EncoderException ex) {
			end(ex.getMessage());
		}
		catch (IOException ex) {
			end(null);
		}
	}

	@Override
	public void close() {
		if (this.context != null && this.phase == Phase.STREAM) {
			closeOnceWritten(this.context);
		}
	}

	private void closeOnceWritten(ChannelHandlerContext context) {
		this.queue.end(context);
		if (context.channel().isOpen()) {
			context.executor().schedule(() -> context.close(), CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

	// A peer that does not read is not listened to, so that it causes nothing more to be
	// sent to it.
	@Override
	public void channelWritabilityChanged(ChannelHandlerContext context) {
		context.channel().config().setAutoRead(context.channel().isWritable());
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		end(null);
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext context, Throwable ex) {
		if (ex instanceof IOException) {
			// A reset: the peer is gone, as a killed process goes.
			end(null);
		}
		else if (ex instanceof CodecException) {
			end(ex.getMessage());
		}
		else if (ex instanceof OutOfMemoryError) {
			Threads.uncaught(ex);
			end("there was no memory for what it sent");
		}
		else {
			logger.error("What process %d sent could not be handled".formatted(this.pid), ex);
			end("what it sent could not be handled: " + ex);
		}
	}

	private void end(@Nullable String fault) {
		if (this.phase == Phase.ENDED) {
			return;
		}
		boolean stream = this.phase == Phase.STREAM;
		proceed(Phase.ENDED);
		if (fault != null && stream) {
			logger.warn("The control stream of process %d (uid %d) is closed: %s".formatted(this.pid, this.uid, fault));
		}
		else if (fault != null && this.context != null) {
			this.all.refusals.add(this.context.executor(),
					"A connection of process %d (uid %d) to the control socket is refused: %s".formatted(this.pid,
							this.uid, fault));
		}
		if (this.context != null) {
			this.context.close();
		}
		if (stream) {
			this.all.streams.remove(this.pid);
			this.all.handler.disconnected(this.pid, fault);
		}
	}

	/**
	 * All connections of a control socket, of which it prepares each that is accepted.
	 */
	static final class All extends ChannelInitializer<Channel> {

		private final ControlHandler handler;

		private final Duration handshakeTimeout;

		private final ChannelGroup channels;

		/** The control streams, by pid. */
		private final Map<Long, ControlPeer> streams = new HashMap<>();

		private final Refusals refusals = new Refusals();

		/** As which user alone a peer may run. */
		volatile int uid = -1;

		All(ControlHandler handler, Duration handshakeTimeout, ChannelGroup channels) {
			this.handler = handler;
			this.handshakeTimeout = handshakeTimeout;
			this.channels = channels;
		}

		@Override
		protected void initChannel(Channel channel) {
			this.channels.add(channel);
			FrameQueue queue = new FrameQueue();
			channel.pipeline().addLast(new FrameCodec(), queue, new ControlPeer(this, queue));
		}

	}

	/**
	 * Says which connections are refused, once a second at most: anybody's program may
	 * connect as often as it likes. On the event loop only.
	 */
	private static final class Refusals {

		private boolean said;

		private int unsaid;

		private String last = "";

		void add(ScheduledExecutorService loop, String refusal) {
			if (this.said) {
				this.unsaid++;
				this.last = refusal;
				return;
			}
			this.said = true;
			logger.warn(refusal);
			loop.schedule(() -> say(loop), 1, TimeUnit.SECONDS);
		}

		private void say(ScheduledExecutorService loop) {
			this.said = false;
			if (this.unsaid > 0) {
				String refusals = "%d more since. %s".formatted(this.unsaid, this.last);
				this.unsaid = 0;
				add(loop, refusals);
			}
		}

	}

	/** Where a connection is. */
	private enum Phase {

		HANDSHAKE, STREAM, ATTACH, ENDED

	}

}
