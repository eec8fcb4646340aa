package io.pmboot.control;

import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.ServerDomainSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.pmboot.StartFailedException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * The one place that knows which of Netty's native transports serves the control socket.
 * Linux has epoll; another system's transport would be chosen here.
 */
final class NativeTransport {

	private static final String ACTION = """
			Master and workers need Linux with glibc on x86_64 or aarch64, and netty-transport-native-epoll of the same version as the other Netty jars, with the classifier of this system:
			- another processor: add the dependency io.netty:netty-transport-native-epoll with its classifier
			- a temporary folder mounted noexec: set -Dio.netty.native.workdir to a folder that allows to execute
			- mixed versions: let Boot's BOM alone name the version of Netty
			On another system run the plain application (pm.enabled=false).""";

	private NativeTransport() {
	}

	/**
	 * Creates an event loop of one daemon thread, which starts with its first task.
	 * @param thread the thread's name
	 * @return the event loop
	 * @throws StartFailedException where the transport cannot be loaded
	 */
	static EventLoopGroup eventLoop(String thread) {
		try {
			if (!Epoll.isAvailable()) {
				throw unavailable(Epoll.unavailabilityCause());
			}
			ThreadFactory threads = (task) -> thread(task, thread);
			return new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory());
		}
		catch (LinkageError ex) {
			// A native library of another Netty version loads, and fails when it is used.
			throw unavailable(ex);
		}
	}

	private static StartFailedException unavailable(@Nullable Throwable cause) {
		Object root = (cause != null) ? NestedExceptionUtils.getMostSpecificCause(cause) : "no cause is known";
		return new StartFailedException("Netty's native transport (epoll) cannot be loaded on %s (%s): %s"
			.formatted(System.getProperty("os.name"), System.getProperty("os.arch"), root), ACTION, cause);
	}

	private static Thread thread(Runnable task, String name) {
		Thread thread = new FastThreadLocalThread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * The channels of an event loop, to be ended with it: those that are added afterwards
	 * are closed at once.
	 * @param loop the event loop
	 * @return none yet
	 */
	static ChannelGroup channels(EventLoop loop) {
		return new DefaultChannelGroup(loop, true);
	}

	/**
	 * Closes channels and ends their event loop, for which it waits unless it is called
	 * there. Netty's own end of a loop may leave channels open: it looks whether it is to
	 * close them before it runs the last tasks, and whether it is to end after them.
	 * @param loop the event loop
	 * @param channels its channels
	 */
	static void end(EventLoop loop, ChannelGroup channels) {
		ChannelGroupFuture closed = channels.close();
		if (loop.inEventLoop()) {
			loop.parent().shutdownGracefully(0, 5, TimeUnit.SECONDS);
			return;
		}
		closed.awaitUninterruptibly(10, TimeUnit.SECONDS);
		loop.parent().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
	}

	static Class<? extends ServerDomainSocketChannel> serverChannel() {
		return EpollServerDomainSocketChannel.class;
	}

	static Class<? extends DomainSocketChannel> channel() {
		return EpollDomainSocketChannel.class;
	}

	/**
	 * Whether a connection was not made because too many wait to be accepted.
	 * @param failure why it was not made
	 * @return whether that is why
	 */
	static boolean isQueueFull(Throwable failure) {
		// Netty keeps the number in the text.
		return failure instanceof ConnectException
				&& String.valueOf(failure.getMessage()).contains("error(%d)".formatted(Errors.ERRNO_EAGAIN_NEGATIVE));
	}

	static PeerCredentials peer(Channel channel) throws IOException {
		return ((EpollDomainSocketChannel) channel).peerCredentials();
	}

}
