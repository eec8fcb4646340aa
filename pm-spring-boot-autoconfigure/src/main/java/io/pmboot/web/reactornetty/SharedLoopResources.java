package io.pmboot.web.reactornetty;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.pmboot.web.netty.NettyAcceptor;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The application's event loops, those of the JDK's sockets: what acceptors of ours have
 * accepted is one. Their lifecycle stays with whoever made them.
 */
final class SharedLoopResources implements LoopResources {

	private final Supplier<LoopResources> loops;

	private final InetSocketAddress localAddress;

	private final Consumer<EventLoopGroup> used;

	private final Consumer<Channel> started;

	SharedLoopResources(Supplier<LoopResources> loops, InetSocketAddress localAddress, Consumer<EventLoopGroup> used,
			Consumer<Channel> started) {
		this.loops = loops;
		this.used = used;
		this.localAddress = localAddress;
		this.started = started;
	}

	@Override
	public EventLoopGroup onServer(boolean useNative) {
		EventLoopGroup server = this.loops.get().onServer(false);
		this.used.accept(server);
		return server;
	}

	@Override
	public EventLoopGroup onServerSelect(boolean useNative) {
		return this.loops.get().onServerSelect(false);
	}

	@Override
	public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
		if (!ServerChannel.class.isAssignableFrom(channelType)) {
			return LoopResources.super.onChannel(channelType, group);
		}
		Channel channel = NettyAcceptor.serverChannel(this.localAddress);
		this.started.accept(channel);
		return cast(channel);
	}

	// Reactor Netty asks for an interface of Netty's, and uses what all channels have.
	@SuppressWarnings("unchecked")
	private static <C extends Channel> C cast(Channel channel) {
		return (C) channel;
	}

	@Override
	public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
		return Mono.empty();
	}

}
