package io.pmboot.control;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannelOption;
import io.pmboot.StartFailedException;
import io.pmboot.loop.LoopLog;
import org.jspecify.annotations.Nullable;

/**
 * A worker's end of the control socket: a control stream, with an event loop of one
 * daemon thread.
 */
public final class ControlClient implements AutoCloseable {

	private static final LoopLog logger = LoopLog.of(ControlClient.class);

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(10);

	private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

	private final Path socket;

	private final Duration timeout;

	private final EventLoopGroup group = NativeTransport.eventLoop("pm-worker");

	private final EventLoop eventLoop = this.group.next();

	private final ChannelGroup channels = NativeTransport.channels(this.eventLoop);

	private final ClientStream stream = new ClientStream();

	private final FrameQueue queue = new FrameQueue();

	private final Channel channel;

	private final Frame.Welcome welcome;

	ControlClient(Path socket, Duration timeout) throws IOException {
		this.socket = socket;
		this.timeout = timeout;
		boolean welcome = false;
		try {
			this.channel = open(bootstrap().handler(new Pipeline(new FrameCodec(), this.queue, this.stream)));
			this.welcome = await(this.stream.welcome(), "a welcome");
			welcome = true;
		}
		finally {
			if (!welcome) {
				close();
			}
		}
	}

	/**
	 * Connects and waits until the master has answered, for 10 seconds at most each.
	 * @param socket the master's control socket
	 * @return the client; frames wait in it until {@link #start}
	 * @throws IOException where the master does not accept or answer, saying which
	 * @throws StartFailedException where Netty's native transport cannot be loaded
	 */
	public static ControlClient connect(Path socket) throws IOException {
		return new ControlClient(socket, TIMEOUT);
	}

	private Bootstrap bootstrap() {
		return new Bootstrap().group(this.group).channel(NativeTransport.channel());
	}

	// Again while the master is behind with accepting: the kernel does not wait for that.
	private Channel open(Bootstrap bootstrap) throws IOException {
		long start = System.nanoTime();
		for (Duration pause = FIRST_PAUSE;; pause = pause.multipliedBy(2)) {
			ChannelFuture connected = bootstrap.connect(new DomainSocketAddress(this.socket.toFile()))
				.awaitUninterruptibly();
			if (connected.isSuccess()) {
				this.channels.add(connected.channel());
				return connected.channel();
			}
			long left = this.timeout.toNanos() - (System.nanoTime() - start);
			if (!NativeTransport.isQueueFull(connected.cause()) || left <= 0 || !pause(pause, left)) {
				throw new IOException("The control socket %s cannot be connected to: %s".formatted(this.socket,
						reason(connected.cause())), connected.cause());
			}
		}
	}

	private static boolean pause(Duration pause, long atMost) {
		try {
			TimeUnit.NANOSECONDS.sleep(Math.min(Math.min(pause.toNanos(), LONGEST_PAUSE.toNanos()), atMost));
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private @Nullable String reason(Throwable cause) {
		if (NativeTransport.isQueueFull(cause)) {
			return "its queue is full, and the master has accepted nothing of it for %d ms"
				.formatted(this.timeout.toMillis());
		}
		// Netty's has no message.
		return (cause instanceof FileNotFoundException)
				? "it is not there. Somebody removed it; a master that lives opens it again before its next fork"
				: cause.getMessage();
	}

	/**
	 * The master's end.
	 * @return the path of the control socket
	 */
	public Path socket() {
		return this.socket;
	}

	/**
	 * What the master told this worker of itself.
	 * @return the answer to {@link Frame.Hello}; one to {@link Frame.Configuration}
	 * arrives as any other frame
	 */
	public Frame.Welcome welcome() {
		return this.welcome;
	}

	/**
	 * The event loop on which frames arrive. Nothing that is run on it may block.
	 * @return the loop, which ends with {@link #close()}
	 */
	public ScheduledExecutorService eventLoop() {
		return this.eventLoop;
	}

	/**
	 * Sends a frame after all that were sent before. May be called on any thread.
	 * @param frame the frame
	 * @return completes when the kernel has taken it; exceptionally once the stream has
	 * ended
	 */
	public CompletionStage<Void> send(Frame frame) {
		CompletableFuture<Void> written = new CompletableFuture<>();
		try {
			// On the loop: a write that is left over when the loop ends gets no answer.
			this.eventLoop.execute(() -> this.channel.writeAndFlush(frame).addListener((future) -> {
				if (future.isSuccess()) {
					written.complete(null);
				}
				else {
					written.completeExceptionally(future.cause());
				}
			}));
		}
		catch (RejectedExecutionException ex) {
			written.completeExceptionally(new IOException("Closed", ex));
		}
		return written;
	}

	/**
	 * Sends a frame after all that were offered before, together with those that gather
	 * in the meantime. May be called on any thread, and never blocks. Takes nothing over.
	 * @param frame the frame
	 * @return whether there was room for it among what waits to be sent
	 * @throws IOException where the stream has ended
	 */
	public boolean offer(Frame frame) throws IOException {
		return this.queue.offer(frame);
	}

	/**
	 * Begins to deliver, on the event loop: first what arrived in the meantime. Called
	 * once, on any thread.
	 * @param onMessage receives each frame in order
	 * @param onEnd runs once, when the stream has ended, after the last frame; at once
	 * where it had ended before
	 */
	public void start(Consumer<Frame> onMessage, Runnable onEnd) {
		this.eventLoop.execute(() -> {
			this.stream.start(onMessage, onEnd);
			this.channel.config().setAutoRead(true);
		});
	}

	/**
	 * Asks the master for the group's listeners, over a second connection, and waits for
	 * them, for 10 seconds at most. Not to be called on the event loop.
	 * @return the descriptors in the order of {@link Frame.Welcome#listeners()}; they are
	 * the caller's to close
	 * @throws IOException where not all of them arrived; none is left open then
	 */
	public List<FileDescriptor> receiveListeners() throws IOException {
		int count = this.welcome.listeners().size();
		if (count == 0) {
			return List.of();
		}
		DescriptorReceiver receiver = new DescriptorReceiver(count);
		Channel channel = open(
				bootstrap().option(UnixChannelOption.DOMAIN_SOCKET_READ_MODE, DomainSocketReadMode.FILE_DESCRIPTORS)
					.handler(new Pipeline(new FrameCodec.Encoder(), receiver)));
		try {
			return await(receiver.descriptors, "%d listeners".formatted(count));
		}
		finally {
			channel.close();
		}
	}

	private <T> T await(CompletableFuture<T> answer, String what) throws IOException {
		try {
			return answer.get(this.timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			if (answer.cancel(false) || answer.isCompletedExceptionally()) {
				throw new IOException("The master at %s did not send %s within %d ms".formatted(this.socket, what,
						this.timeout.toMillis()), ex);
			}
			return answer.join();
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			throw new IOException(
					"The master at %s did not send %s: %s".formatted(this.socket, what, cause.getMessage()), cause);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			answer.cancel(false);
			throw new IOException("Interrupted while waiting for %s of the master at %s".formatted(what, this.socket),
					ex);
		}
	}

	/**
	 * Ends the stream and the event loop, for which it waits unless it is called there.
	 */
	@Override
	public void close() {
		NativeTransport.end(this.eventLoop, this.channels);
	}

	/**
	 * The handlers of one connection: of the first that is made, however many tries that
	 * takes.
	 */
	@Sharable
	private static final class Pipeline extends ChannelInboundHandlerAdapter {

		private final ChannelHandler[] handlers;

		Pipeline(ChannelHandler... handlers) {
			this.handlers = handlers;
		}

		@Override
		public void channelActive(ChannelHandlerContext context) {
			context.pipeline().addLast(this.handlers);
			context.fireChannelActive();
			context.pipeline().remove(this);
		}

	}

	/**
	 * Asks for the listeners and collects them until the master closes the connection. No
	 * descriptor that is not handed over stays open.
	 */
	private static final class DescriptorReceiver extends ChannelInboundHandlerAdapter {

		private final int count;

		private final List<FileDescriptor> received = new ArrayList<>();

		/** All of them, or a failure. Whoever cancels it gets none. */
		private final CompletableFuture<List<FileDescriptor>> descriptors = new CompletableFuture<>();

		DescriptorReceiver(int count) {
			this.count = count;
		}

		@Override
		public void channelActive(ChannelHandlerContext context) {
			context.writeAndFlush(new Frame.Attach());
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			FileDescriptor descriptor = (FileDescriptor) message;
			if (this.received.size() < this.count) {
				this.received.add(descriptor);
			}
			else {
				close(descriptor);
			}
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable ex) {
			this.descriptors.completeExceptionally(ex);
			context.close();
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) {
			boolean handedOver = (this.received.size() == this.count)
					&& this.descriptors.complete(List.copyOf(this.received));
			if (!handedOver) {
				this.descriptors.completeExceptionally(new IOException(
						"it passed %d of %d and closed the connection".formatted(this.received.size(), this.count)));
				this.received.forEach(this::close);
			}
		}

		private void close(FileDescriptor descriptor) {
			try {
				descriptor.close();
			}
			catch (IOException ex) {
				logger.warn("A descriptor that nobody takes could not be closed", ex);
			}
		}

	}

}
