package io.pmboot.web.reactornetty;

import java.net.SocketAddress;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;

/**
 * What Reactor Netty takes for its listening socket. It neither binds nor accepts: the
 * master has bound, and acceptors of ours hand connections in.
 */
final class SharedServerChannel extends AbstractServerChannel {

	private final ChannelConfig config = new BoundConfig(this);

	private final SocketAddress localAddress;

	private volatile boolean bound;

	private volatile boolean closed;

	SharedServerChannel(SocketAddress localAddress) {
		this.localAddress = localAddress;
	}

	@Override
	protected boolean isCompatible(EventLoop loop) {
		return true;
	}

	@Override
	protected SocketAddress localAddress0() {
		return this.localAddress;
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
	public ChannelConfig config() {
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
	 * The options of a listening socket are the master's.
	 */
	private static final class BoundConfig extends DefaultChannelConfig {

		BoundConfig(SharedServerChannel channel) {
			super(channel);
		}

		@Override
		public <T> boolean setOption(ChannelOption<T> option, T value) {
			super.setOption(option, value);
			return true;
		}

	}

}
