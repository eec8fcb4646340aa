package io.pmboot.web.netty;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * What a server on Netty takes for its listening socket. It neither binds nor accepts:
 * the master has bound, and a {@link NettyAcceptor} hands connections in. The options of
 * the listening sockets are the master's.
 */
final class SharedServerChannel extends NioServerSocketChannel {

	private final InetSocketAddress localAddress;

	private volatile boolean bound;

	/**
	 * Creates it, not bound yet.
	 * @param localAddress the address that it tells
	 */
	SharedServerChannel(InetSocketAddress localAddress) {
		this.localAddress = localAddress;
	}

	@Override
	protected void doBind(SocketAddress localAddress) {
		this.bound = true;
	}

	@Override
	protected SocketAddress localAddress0() {
		return this.localAddress;
	}

	@Override
	public boolean isActive() {
		return this.bound && isOpen();
	}

	@Override
	protected void doBeginRead() {
		// It has nothing to read.
	}

}
