package io.pmboot.web.grpc;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.ListenersDrain;
import io.pmboot.web.netty.NettyAcceptor;
import io.pmboot.web.netty.SharedServerChannel;
import io.pmboot.worker.Drain;
import io.pmboot.worker.Traffic;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationListener;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/**
 * Puts the application's gRPC server, the one on Netty, on listeners of this worker.
 *
 * @since 0.1
 */
public final class GrpcSharedListenerCustomizer implements ServerBuilderCustomizer<NettyServerBuilder>,
		ApplicationListener<GrpcServerStartedEvent>, DisposableBean {

	private final InetSocketAddress localAddress;

	private final SharedServer server;

	private final ListenersDrain drain;

	private final CallTraffic traffic = new CallTraffic();

	/** Of the JDK's sockets: what acceptors of ours have accepted is one. */
	private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(new DefaultThreadFactory("grpc-nio", true),
			NioIoHandler.newFactory());

	/**
	 * Creates the customizer.
	 * @param listeners those of the worker's listeners that are the gRPC server's
	 */
	public GrpcSharedListenerCustomizer(List<AdoptedListener> listeners) {
		this.localAddress = NettyAcceptor.localAddress(listeners);
		this.server = new SharedServer(listeners);
		this.drain = new ListenersDrain(listeners);
		this.drain.use(this.server);
		this.traffic.use(this.loops);
	}

	@Override
	public void customize(NettyServerBuilder builder) {
		builder.bossEventLoopGroup(this.loops)
			.workerEventLoopGroup(this.loops)
			.channelFactory(this::channel)
			// As the acceptor sets it; connections of unix sockets have none.
			.withChildOption(ChannelOption.SO_KEEPALIVE, null)
			.addStreamTracerFactory(this.traffic);
	}

	private ServerChannel channel() {
		SharedServerChannel channel = new SharedServerChannel(this.localAddress);
		this.server.setChannel(channel);
		return channel;
	}

	@Override
	public void onApplicationEvent(GrpcServerStartedEvent event) {
		if (event.getSource().getFactory() instanceof NettyGrpcServerFactory) {
			this.server.setServer(event.getServer());
		}
	}

	/**
	 * How the server drains.
	 * @return the drain
	 */
	public Drain drain() {
		return this.drain;
	}

	/**
	 * What the server serves.
	 * @return the calls
	 */
	public Traffic traffic() {
		return this.traffic;
	}

	@Override
	public void destroy() {
		this.loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
	}

}
