package io.pmboot.web.reactornetty;

import java.time.Duration;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/**
 * The application's event loops, those of the JDK's sockets: what acceptors of ours have
 * accepted is one. Their lifecycle stays with whoever made them.
 */
final class SharedLoopResources implements LoopResources {

	private final Supplier<LoopResources> loops;

	private final Supplier<? extends Channel> serverChannel;

	SharedLoopResources(Supplier<LoopResources> loops, Supplier<? extends Channel> serverChannel) {
		this.loops = loops;
		this.serverChannel = serverChannel;
	}

	@Override
	public EventLoopGroup onServer(boolean useNative) {
		return this.loops.get().onServer(false);
	}

	@Override
	public EventLoopGroup onServerSelect(boolean useNative) {
		return this.loops.get().onServerSelect(false);
	}

	// Reactor Netty asks for an interface of Netty's, and uses what all channels have.
	@Override
	@SuppressWarnings("unchecked")
	public <C extends Channel> C onChannel(Class<C> channelType, EventLoopGroup group) {
		return ServerChannel.class.isAssignableFrom(channelType) ? (C) this.serverChannel.get()
				: LoopResources.super.onChannel(channelType, group);
	}

	@Override
	public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
		return Mono.empty();
	}

}
