package io.pmboot.web.reactornetty;

import java.util.Objects;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.pmboot.web.SharedWebServer;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * One connection of a worker, the first to see what comes in on it. All but
 * {@link #settle()} happens on its event loop.
 */
final class TrackedConnection extends ChannelInboundHandlerAdapter {

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

	TrackedConnection(Channel channel, SharedReactorNetty server) {
		this.channel = channel;
		this.server = server;
	}

	/**
	 * Finds that of a channel.
	 * @param channel a connection, or a stream of HTTP/2 on one
	 * @return the connection, or {@code null} where it is none of this worker's listeners
	 */
	static @Nullable TrackedConnection of(Channel channel) {
		Channel connection = (channel instanceof Http2StreamChannel) ? channel.parent() : channel;
		return connection.pipeline().get(TrackedConnection.class);
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

	private EventLoop loop() {
		return this.channel.eventLoop();
	}

	boolean isDraining() {
		return this.server.isDraining();
	}

	/** A request has been received as a whole. */
	void received() {
		this.halfReceived = false;
	}

	/** A response has been sent, or what takes the place of one. */
	void responded() {
		this.idleSince = System.nanoTime();
		if (isDraining()) {
			loop().execute(this::settleIfDraining);
		}
	}

	/**
	 * Ends where the worker's drain does not wait for it, and tells a client that can be
	 * told. May be called on any thread.
	 */
	void settle() {
		// Otherwise it does so itself, when it is registered.
		if (this.channel.isRegistered()) {
			loop().execute(this::settleIfDraining);
		}
	}

	void settleIfDraining() {
		if (!isDraining() || !this.channel.isActive()) {
			return;
		}
		Http2FrameCodec codec = this.channel.pipeline().get(Http2FrameCodec.class);
		if (codec != null) {
			if (this.http2 == null) {
				this.http2 = new Http2Farewell(codec);
			}
			this.http2.say(this.server.closesIdle());
		}
		else if (ChannelOperations.get(this.channel) instanceof WebsocketOutbound socket) {
			endSocket(socket);
		}
		else if (isIdle()) {
			endIdle();
		}
	}

	private boolean isIdle() {
		return (this.requests == null || this.requests.pending() == 0) && !this.halfReceived;
	}

	private void endIdle() {
		if (this.server.closesIdle()) {
			this.channel.close();
		}
		else if (!this.idleWatched) {
			this.idleWatched = true;
			long left = this.idleSince + IDLE_NANOS - System.nanoTime();
			loop().schedule(this::idleTimeOut, left, TimeUnit.NANOSECONDS);
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
			this.server.spread().end(() -> loop().execute(() -> goodbye(socket)));
		}
	}

	private static void goodbye(WebsocketOutbound socket) {
		WebSocketCloseStatus status = Objects.requireNonNull(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
		socket.sendClose(status.code(), status.reasonText()).subscribe();
	}

	/**
	 * Ends a connection of HTTP/2 as RFC 9113, 6.8 has it: a first GOAWAY that refuses
	 * nothing yet, so that requests on their way are served, a last one a while later,
	 * and the end of the connection with that of its last stream.
	 */
	private final class Http2Farewell {

		private final Http2FrameCodec codec;

		private boolean begun;

		private boolean ending;

		Http2Farewell(Http2FrameCodec codec) {
			this.codec = codec;
		}

		/**
		 * Tells the client, once.
		 * @param hurry whether streams that come later need not be served
		 */
		void say(boolean hurry) {
			if (!this.begun) {
				this.begun = true;
				goAway(Integer.MAX_VALUE);
				loop().schedule(this::end, SharedWebServer.GOAWAY.toSeconds(), TimeUnit.SECONDS);
			}
			if (hurry) {
				end();
			}
		}

		private void end() {
			if (this.ending || !TrackedConnection.this.channel.isActive()) {
				return;
			}
			this.ending = true;
			goAway(0);
			this.codec.connection().addListener(new Http2ConnectionAdapter() {

				@Override
				public void onStreamRemoved(Http2Stream stream) {
					// Not before its last frame is written.
					loop().execute(Http2Farewell.this::closeIfIdle);
				}

			});
			closeIfIdle();
		}

		private void closeIfIdle() {
			if (this.codec.connection().numActiveStreams() == 0) {
				TrackedConnection.this.channel.close();
			}
		}

		private void goAway(int furtherStreams) {
			DefaultHttp2GoAwayFrame frame = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
			frame.setExtraStreamIds(furtherStreams);
			TrackedConnection.this.channel.writeAndFlush(frame);
		}

	}

}
