package io.pmboot.web.reactornetty;

import java.util.concurrent.atomic.AtomicInteger;

import io.netty.channel.Channel;
import reactor.netty.http.server.HttpServer;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Closes connections that are too many at once: Reactor Netty itself has no limit.
 *
 * @since 0.1
 */
public final class ConnectionLimit implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {

	private final int maximum;

	private final AtomicInteger connections = new AtomicInteger();

	/**
	 * Creates the limit.
	 * @param maximum how many connections there may be
	 */
	public ConnectionLimit(int maximum) {
		this.maximum = maximum;
	}

	@Override
	public void customize(NettyReactiveWebServerFactory factory) {
		factory.addServerCustomizers(this::limit);
	}

	private HttpServer limit(HttpServer server) {
		return server.doOnChannelInit((observer, channel, remoteAddress) -> connected(channel));
	}

	private void connected(Channel channel) {
		channel.closeFuture().addListener((closed) -> this.connections.decrementAndGet());
		if (this.connections.incrementAndGet() > this.maximum) {
			channel.close();
		}
	}

}
