package io.pmboot.control;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import io.netty.channel.unix.ServerDomainSocketChannel;
import io.netty.util.concurrent.FastThreadLocalThread;

/**
 * The one place that knows which of Netty's native transports serves the control socket.
 * Linux has epoll; another system's transport would be chosen here.
 */
final class NativeTransport {

	private NativeTransport() {
	}

	/**
	 * Creates an event loop of one daemon thread, which starts with its first task.
	 * @param thread the thread's name
	 * @return the event loop
	 * @throws NativeTransportException where the transport cannot be loaded
	 */
	static EventLoopGroup eventLoop(String thread) {
		try {
			if (!Epoll.isAvailable()) {
				throw new NativeTransportException(Epoll.unavailabilityCause());
			}
			ThreadFactory threads = (task) -> thread(task, thread);
			return new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory());
		}
		catch (LinkageError ex) {
			// A native library of another Netty version loads, and fails when it is used.
			throw new NativeTransportException(ex);
		}
	}

	private static Thread thread(Runnable task, String name) {
		Thread thread = new FastThreadLocalThread(task, name);
		thread.setDaemon(true);
		return thread;
	}

	static Class<? extends ServerDomainSocketChannel> serverChannel() {
		return EpollServerDomainSocketChannel.class;
	}

	static Class<? extends DomainSocketChannel> channel() {
		return EpollDomainSocketChannel.class;
	}

	static PeerCredentials peer(Channel channel) throws IOException {
		return ((EpollDomainSocketChannel) channel).peerCredentials();
	}

}
