package io.pmboot.web.grpc;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.accept.SharedServer;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.netty.NettyAcceptor;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationListener;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;

/**
 * The application's gRPC server, the one on Netty, on listeners of this worker. Each call
 * is a request, however long it streams.
 *
 * @since 0.1
 */
public final class SharedGrpc extends SharedServer<ServerStreamTracer> implements
		ServerBuilderCustomizer<NettyServerBuilder>, ApplicationListener<GrpcServerStartedEvent>, DisposableBean {

	/** What OpenTelemetry's conventions take for an error of the server. */
	private static final Set<Status.Code> FAILURES = Set.of(Status.Code.UNKNOWN, Status.Code.DEADLINE_EXCEEDED,
			Status.Code.UNIMPLEMENTED, Status.Code.INTERNAL, Status.Code.UNAVAILABLE, Status.Code.DATA_LOSS);

	private final NettyAcceptor acceptor;

	/** Of the JDK's sockets: what acceptors of ours have accepted is one. */
	private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(new DefaultThreadFactory("grpc-nio", true),
			NioIoHandler.newFactory());

	private volatile @Nullable Server server;

	/**
	 * Creates it.
	 * @param listeners those of the worker's listeners that are the gRPC server's
	 */
	public SharedGrpc(List<AdoptedListener> listeners) {
		super(listeners);
		this.acceptor = new NettyAcceptor(this, "grpc-", (connection) -> {
		});
		this.acceptor.setTcpOptions(Map.of(ChannelOption.SO_KEEPALIVE, true));
		this.acceptor.setLoops(this.loops);
	}

	@Override
	public void customize(NettyServerBuilder builder) {
		builder.bossEventLoopGroup(this.loops)
			.workerEventLoopGroup(this.loops)
			.channelFactory(this.acceptor::serverChannel)
			// As the acceptor sets it; connections of unix sockets have none.
			.withChildOption(ChannelOption.SO_KEEPALIVE, null)
			.addStreamTracerFactory(new CallTracers());
	}

	@Override
	public void onApplicationEvent(GrpcServerStartedEvent event) {
		if (event.getSource().getFactory() instanceof NettyGrpcServerFactory) {
			this.server = event.getServer();
		}
	}

	@Override
	protected void activated() throws IOException {
		this.acceptor.start();
	}

	// Not before it has taken all that was accepted: one that it takes later, it would
	// not tell. It waits for an event loop, so that this must not be one.
	@Override
	protected void acceptorsLeft() {
		Server server = this.server;
		if (server != null) {
			Threads.start("pm-grpc-drain", server::shutdown);
		}
	}

	@Override
	public List<HeldThread> held() {
		return this.acceptor.held();
	}

	@Override
	public @Nullable Integer requestThreads() {
		return this.acceptor.loops();
	}

	@Override
	public void destroy() {
		this.loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
	}

	/** Sees every call. */
	private final class CallTracers extends ServerStreamTracer.Factory {

		@Override
		public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
			ServerStreamTracer tracer = new ServerStreamTracer() {
				@Override
				public void streamClosed(Status status) {
					requestEnded(this, FAILURES.contains(status.getCode()));
				}
			};
			requestBegun(tracer, System.nanoTime(), null);
			return tracer;
		}

	}

}
