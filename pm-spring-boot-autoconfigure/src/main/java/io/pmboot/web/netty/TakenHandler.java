package io.pmboot.web.netty;

import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Tells when an event loop has taken a connection, or it has ended before.
 */
final class TakenHandler extends ChannelInboundHandlerAdapter {

	private final Runnable taken;

	private final AtomicBoolean isTaken = new AtomicBoolean();

	/**
	 * Creates it.
	 * @param connection the connection
	 * @param taken called once
	 */
	TakenHandler(Channel connection, Runnable taken) {
		this.taken = taken;
		connection.closeFuture().addListener((closed) -> taken());
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		taken();
		ctx.fireChannelActive();
		ctx.pipeline().remove(this);
	}

	private void taken() {
		if (this.isTaken.compareAndSet(false, true)) {
			this.taken.run();
		}
	}

}
