package io.pmboot.web.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DefaultServerSocketChannelConfig;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.ServerSocketChannelConfig;
import org.jspecify.annotations.Nullable;

/**
 * What a server on Netty takes for its listening socket. It neither binds nor accepts:
 * the master has bound, and a {@link NettyAcceptor} hands connections in.
 */
final class SharedServerChannel extends AbstractServerChannel implements ServerSocketChannel {

	private final ServerSocketChannelConfig config;

	private final InetSocketAddress localAddress;

	private volatile boolean bound;

	private volatile boolean closed;

	/**
	 * Creates it, not bound yet.
	 * @param localAddress the address that it tells
	 */
	SharedServerChannel(InetSocketAddress localAddress) {
		this.localAddress = localAddress;
		try {
			this.config = new MastersConfig(this, new ServerSocket());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	protected boolean isCompatible(EventLoop loop) {
		return true;
	}

	@Override
	public InetSocketAddress localAddress() {
		return this.localAddress;
	}

	@Override
	protected SocketAddress localAddress0() {
		return this.localAddress;
	}

	@Override
	public @Nullable InetSocketAddress remoteAddress() {
		return null;
	}

	@Override
	protected void doBind(SocketAddress localAddress) {
		this.bound = true;
	}

	@Override
	protected void doClose() {
		this.closed = true;
	}

	@Override
	protected void doBeginRead() {
	}

	@Override
	public ServerSocketChannelConfig config() {
		return this.config;
	}

	@Override
	public boolean isOpen() {
		return !this.closed;
	}

	@Override
	public boolean isActive() {
		return this.bound && !this.closed;
	}

	/**
	 * The options of the listening sockets are the master's; those of Netty itself are
	 * set here.
	 */
	private static final class MastersConfig extends DefaultServerSocketChannelConfig {

		MastersConfig(SharedServerChannel channel, ServerSocket unbound) {
			super(channel, unbound);
		}

		@Override
		public <T> boolean setOption(ChannelOption<T> option, T value) {
			return option == ChannelOption.SO_REUSEADDR || option == ChannelOption.SO_BACKLOG
					|| option == ChannelOption.SO_RCVBUF || super.setOption(option, value);
		}

	}

}
