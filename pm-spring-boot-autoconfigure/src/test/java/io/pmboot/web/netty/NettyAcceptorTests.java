package io.pmboot.web.netty;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.pmboot.accept.SharedServer;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NettyAcceptor}: whether what it accepts is served, as Reactor Netty
 * and gRPC have it.
 */
class NettyAcceptorTests {

	private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

	private TcpListener listener;

	private AdoptedListener adopted;

	private SharedServer<?> shared;

	private NettyAcceptor acceptor;

	private Channel server;

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.adopted = TestListeners.adopt(this.listener);
		this.shared = new SharedServer<>(List.of(this.adopted)) {
		};
		this.acceptor = new NettyAcceptor(this.shared, "test-", (connection) -> {
		});
		this.server = new ServerBootstrap().group(this.loops)
			.channelFactory(this.acceptor::serverChannel)
			.childHandler(new ChannelInboundHandlerAdapter())
			.bind(0)
			.syncUninterruptibly()
			.channel();
		this.acceptor.start();
	}

	@AfterEach
	void stop() throws IOException {
		this.loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
		this.adopted.close();
		this.listener.close();
	}

	@Test
	void doesNotServeWhereAnEventLoopHasEnded() {
		assertThat(this.acceptor.isAlive()).isTrue();
		assertThat(this.shared.gate().acceptors()).isOne();
		// What an Error of a handler's does as well.
		this.loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
		assertThat(this.acceptor.isAlive()).isFalse();
	}

	@Test
	void doesNotServeWhereTheServerIsClosed() {
		this.server.close().syncUninterruptibly();
		assertThat(this.acceptor.isAlive()).isFalse();
		assertThat(this.shared.gate().acceptors()).isZero();
	}

}
