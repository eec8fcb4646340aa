package io.pmboot.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;

/**
 * The master's end of the control socket, and its one event-loop thread. Connections are
 * served only where the peer runs as the same user and the {@link ControlHandler} admits
 * its process; all others are closed and logged.
 */
public final class ControlServer implements AutoCloseable {

	/** The longest path of a unix-domain socket on Linux, in bytes. */
	public static final int MAX_PATH = 107;

	private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

	private static final int MAX_PENDING = 8 * 1024 * 1024;

	private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
			PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

	private final Path socket;

	private final Duration handshakeTimeout;

	private final EventLoopGroup group;

	private final EventLoop eventLoop;

	private final ChannelGroup channels;

	/**
	 * Creates a server that is not bound yet; its thread starts with the first task.
	 * @param socket where it will listen, in a directory that only the owner may enter
	 * @throws NativeTransportException where Netty's native transport cannot be loaded
	 */
	public ControlServer(Path socket) {
		this(socket, HANDSHAKE_TIMEOUT);
	}

	ControlServer(Path socket, Duration handshakeTimeout) {
		this.socket = socket;
		this.handshakeTimeout = handshakeTimeout;
		this.group = NativeTransport.eventLoop("pm-master");
		this.eventLoop = this.group.next();
		this.channels = NativeTransport.channels(this.eventLoop);
	}

	/**
	 * The event loop on which the handler is called: one daemon thread. Nothing that is
	 * run on it may block.
	 * @return the loop, which ends with {@link #close()}
	 */
	public ScheduledExecutorService eventLoop() {
		return this.eventLoop;
	}

	/**
	 * Binds the socket, in place of what an earlier master may have left there, and
	 * accepts. Called once, not on the event loop.
	 * @param handler what to do with what arrives
	 * @throws IOException where it cannot be bound safely, saying why
	 */
	public void start(ControlHandler handler) throws IOException {
		checkPath();
		Files.deleteIfExists(this.socket);
		Peers peers = new Peers(handler);
		ChannelFuture bound = new ServerBootstrap().group(this.group)
			.channel(NativeTransport.serverChannel())
			.option(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MAX_PENDING, MAX_PENDING))
			.childHandler(peers)
			.bind(new DomainSocketAddress(this.socket.toFile()))
			.awaitUninterruptibly();
		if (!bound.isSuccess()) {
			throw new IOException("The control socket %s cannot be bound: %s".formatted(this.socket, bound.cause()),
					bound.cause());
		}
		this.channels.add(bound.channel());
		// The kernel made the socket's file for the user that this process runs as.
		peers.uid = (int) Files.getAttribute(this.socket, "unix:uid");
		bound.channel().config().setAutoRead(true);
	}

	private void checkPath() throws IOException {
		int length = this.socket.toString().getBytes(StandardCharsets.UTF_8).length;
		if (length > MAX_PATH) {
			throw new IOException(
					"The control socket %s cannot be bound: its path has %d bytes, of which %d are allowed"
						.formatted(this.socket, length, MAX_PATH));
		}
		Path directory = this.socket.toAbsolutePath().getParent();
		if (directory == null || !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(directory))) {
			throw new IOException("The control socket %s is not bound: others than its owner may enter %s"
				.formatted(this.socket, directory));
		}
	}

	/**
	 * Stops accepting, ends every stream (the handler is told), removes the socket and
	 * ends the event loop, for which it waits unless it is called there.
	 */
	@Override
	public void close() {
		NativeTransport.end(this.eventLoop, this.channels);
	}

	/**
	 * Prepares each accepted connection.
	 */
	private final class Peers extends ChannelInitializer<Channel> {

		private final ControlHandler handler;

		private final Map<Long, ControlPeer> streams = new HashMap<>();

		private volatile int uid = -1;

		Peers(ControlHandler handler) {
			this.handler = handler;
		}

		@Override
		protected void initChannel(Channel channel) {
			ControlServer.this.channels.add(channel);
			channel.pipeline()
				.addLast(new FrameCodec(),
						new ControlPeer(this.handler, this.streams, this.uid, ControlServer.this.handshakeTimeout));
		}

	}

}
