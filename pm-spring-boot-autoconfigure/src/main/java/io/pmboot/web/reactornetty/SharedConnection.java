package io.pmboot.web.reactornetty;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * One connection of a worker, the first to see what comes in on it. All but
 * {@link #settle(Channel)} happens on its event loop.
 */
final class SharedConnection extends ChannelInboundHandlerAdapter {

	/**
	 * How long a connection may be idle in a reload that has no time-out of its own, as
	 * is Reactor Netty's default: what Tomcat's default is, which load balancers stay
	 * below.
	 */
	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

	private final Channel channel;

	private final SharedReactorNetty server;

	private @Nullable Http1Requests requests;

	private @Nullable Http2Farewell http2;

	private boolean halfReceived;

	private long idleSince = System.nanoTime();

	private boolean socketTold;

	private boolean idleWatched;

	/**
	 * Creates it.
	 * @param channel the connection
	 * @param server the server of its worker
	 */
	SharedConnection(Channel channel, SharedReactorNetty server) {
		this.channel = channel;
		this.server = server;
	}

	/**
	 * Finds that of a channel.
	 * @param channel a connection, or a stream of HTTP/2 on one
	 * @return the connection, or {@code null} where it is none of this worker's listeners
	 */
	static @Nullable SharedConnection of(Channel channel) {
		Channel connection = (channel instanceof Http2StreamChannel) ? channel.parent() : channel;
		return connection.pipeline().get(SharedConnection.class);
	}

	@Override
	public void channelActive(ChannelHandlerContext ctx) {
		ctx.fireChannelActive();
		settleIfDraining();
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		this.halfReceived |= message instanceof ByteBuf;
		ctx.fireChannelRead(message);
	}

	/**
	 * Watches the requests of HTTP/1.1, as soon as there is what serves them.
	 */
	void watchRequests() {
		ChannelPipeline pipeline = this.channel.pipeline();
		if (this.requests == null && pipeline.get(NettyPipeline.HttpTrafficHandler) != null) {
			this.requests = new Http1Requests(this, pipeline);
		}
	}

	boolean isDraining() {
		return this.server.reason() != null;
	}

	/** A request has been received as a whole. */
	void received() {
		this.halfReceived = false;
	}

	/** A response has been sent, or what takes the place of one. */
	void responded() {
		this.idleSince = System.nanoTime();
		if (isDraining()) {
			this.channel.eventLoop().execute(this::settleIfDraining);
		}
	}

	/**
	 * Lets a connection end where the worker's drain does not wait for it, and tells
	 * clients that can be told. May be called on any thread.
	 * @param connection the connection
	 */
	static void settle(Channel connection) {
		SharedConnection shared = of(connection);
		// Otherwise it does so itself, when it is registered.
		if (shared != null && connection.isRegistered()) {
			connection.eventLoop().execute(shared::settleIfDraining);
		}
	}

	void settleIfDraining() {
		DrainReason reason = this.server.reason();
		if (reason == null || !this.channel.isActive()) {
			return;
		}
		Http2FrameCodec codec = this.channel.pipeline().get(Http2FrameCodec.class);
		if (codec != null) {
			if (this.http2 == null) {
				this.http2 = new Http2Farewell(this.channel, codec);
			}
			this.http2.say(!Serving.awaitsIdleConnections(reason));
		}
		else if (ChannelOperations.get(this.channel) instanceof WebsocketOutbound socket) {
			endSocket(socket);
		}
		else if (isIdle()) {
			endIdle(reason);
		}
	}

	private boolean isIdle() {
		return (this.requests == null || this.requests.pending() == 0) && !this.halfReceived;
	}

	private void endIdle(DrainReason reason) {
		if (!Serving.awaitsIdleConnections(reason)) {
			this.channel.close();
		}
		else if (!this.idleWatched) {
			this.idleWatched = true;
			long left = this.idleSince + IDLE_NANOS - System.nanoTime();
			this.channel.eventLoop().schedule(this::idleTimeOut, left, TimeUnit.NANOSECONDS);
		}
	}

	private void idleTimeOut() {
		this.idleWatched = false;
		if (isIdle() && System.nanoTime() - this.idleSince >= IDLE_NANOS) {
			this.channel.close();
		}
		settleIfDraining();
	}

	private void endSocket(WebsocketOutbound socket) {
		if (!this.socketTold) {
			this.socketTold = true;
			this.server.spread().end(() -> this.channel.eventLoop().execute(() -> goodbye(socket)));
		}
	}

	private static void goodbye(WebsocketOutbound socket) {
		WebSocketCloseStatus status = Objects.requireNonNull(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
		socket.sendClose(status.code(), status.reasonText()).subscribe();
	}

}
