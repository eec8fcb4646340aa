package io.pmboot.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import io.pmboot.StartFailedException;
import io.pmboot.loop.LoopLog;
import org.jspecify.annotations.Nullable;

/**
 * The master's end of the control socket, and its one event-loop thread. Connections are
 * served only where the peer runs as the same user and the {@link ControlHandler} admits
 * its process; all others are closed and logged.
 */
public final class ControlServer implements AutoCloseable {

	/** The longest path of a unix-domain socket on Linux, in bytes. */
	public static final int MAX_PATH = 107;

	private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

	/** For a process on this machine. */
	private static final int CONNECT_MILLIS = 1000;

	/** So many bytes may wait, on their way, for a peer that is listened to. */
	private static final int HOLD = 1024 * 1024;

	private static final LoopLog logger = LoopLog.of(ControlServer.class);

	private final Path socket;

	private final SocketPlace place;

	private final Duration handshakeTimeout;

	private final EventLoopGroup group;

	private final EventLoop eventLoop;

	private final ChannelGroup channels;

	private ControlPeer.@Nullable All peers;

	private @Nullable Channel listener;

	/** Keeps the folder for this master, whatever is removed from it. */
	private @Nullable Channel claim;

	private String claimed = "";

	/**
	 * Creates a server that is not bound yet; its thread starts with the first task.
	 * @param socket where it will listen, in a directory that only the owner may enter
	 * @throws StartFailedException where Netty's native transport cannot be loaded
	 */
	public ControlServer(Path socket) {
		this(socket, HANDSHAKE_TIMEOUT);
	}

	ControlServer(Path socket, Duration handshakeTimeout) {
		this.socket = socket;
		this.place = new SocketPlace(socket);
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
		this.peers = new ControlPeer.All(handler, this.handshakeTimeout, this.channels);
		bind(this.peers);
	}

	/**
	 * Opens the socket again where its file, or the folder, was removed or replaced.
	 * Streams go on. Blocks; not to be called on the event loop, nor by two threads at a
	 * time.
	 * @throws IOException where that fails, saying why
	 */
	public void ensureReachable() throws IOException {
		ControlPeer.All peers = this.peers;
		if (peers == null || this.eventLoop.isShuttingDown() || this.place.isAsBound()) {
			return;
		}
		this.place.restore(peers.uid);
		bind(peers);
		logger.warn(
				"The control socket %s was removed or replaced; it is open again. Keep what cleans folders away from it"
					.formatted(this.socket));
	}

	private void bind(ControlPeer.All peers) throws IOException {
		this.place.check();
		claim();
		DomainSocketAddress address = new DomainSocketAddress(this.socket.toFile());
		if (this.place.answers()) {
			PeerCredentials holder = holder(address);
			throw this.place.inUse((holder != null) ? holder.pid() : 0);
		}
		if (this.listener != null) {
			// Netty removes whatever is at the path, so not afterwards.
			this.listener.close().awaitUninterruptibly();
		}
		Files.deleteIfExists(this.socket);
		ChannelFuture bound = listen(address, peers);
		if (!bound.isSuccess()) {
			throw this.place.refusal(bound.cause().toString(), bound.cause());
		}
		this.listener = bound.channel();
		this.channels.add(bound.channel());
		// The kernel made the socket's file for the user that this process runs as.
		peers.uid = (int) Files.getAttribute(this.socket, "unix:uid");
		this.place.remember();
		bound.channel().config().setAutoRead(true);
	}

	// A name of the kernel's, in no folder, that goes with the process.
	private void claim() throws IOException {
		String name = this.place.name();
		if (name.equals(this.claimed)) {
			return;
		}
		DomainSocketAddress address = new DomainSocketAddress(name);
		ChannelFuture held = listen(address, new ChannelInboundHandlerAdapter());
		if (!held.isSuccess()) {
			// The name may also be a stranger's, who is not to keep this master from its
			// work.
			PeerCredentials holder = holder(address);
			if (holder != null && holder.uid() == this.place.owner()) {
				throw this.place.inUse(holder.pid());
			}
			return;
		}
		if (this.claim != null) {
			this.claim.close();
		}
		this.claim = held.channel();
		this.claimed = name;
		this.channels.add(held.channel());
	}

	// Accepts nothing before it is read.
	private ChannelFuture listen(DomainSocketAddress address, ChannelHandler connections) {
		return new ServerBootstrap().group(this.group)
			.channel(NativeTransport.serverChannel())
			.option(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.AUTO_READ, false)
			.childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(HOLD / 2, HOLD))
			.childHandler(connections)
			.bind(address)
			.awaitUninterruptibly();
	}

	private @Nullable PeerCredentials holder(DomainSocketAddress address) throws IOException {
		ChannelFuture holder = new Bootstrap().group(this.group)
			.channel(NativeTransport.channel())
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
			.handler(new ChannelInboundHandlerAdapter())
			.connect(address)
			.awaitUninterruptibly();
		try {
			return holder.isSuccess() ? NativeTransport.peer(holder.channel()) : null;
		}
		finally {
			holder.channel().close();
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

}
