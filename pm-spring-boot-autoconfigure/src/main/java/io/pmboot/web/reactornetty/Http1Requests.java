package io.pmboot.web.reactornetty;

import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.ChannelOperations;

/**
 * The requests and responses of one connection of HTTP/1.1, around what Reactor Netty
 * serves them with: makes the response to the last request that was received the last
 * response, once the worker drains.
 */
final class Http1Requests {

	private final TrackedConnection connection;

	private int pending;

	/**
	 * Whether what was read is passed on as it is decoded: until that is over, it is not
	 * known whether another request follows.
	 */
	private boolean reading;

	Http1Requests(TrackedConnection connection, ChannelPipeline pipeline) {
		this.connection = connection;
		if (ChannelOperations.get(pipeline.channel()) != null) {
			// It is served already.
			this.pending = 1;
			this.reading = true;
		}
		pipeline.addBefore(NettyPipeline.HttpTrafficHandler, null, new Inbound());
		pipeline.addAfter(NettyPipeline.HttpTrafficHandler, null, new Outbound());
	}

	/** How many requests have been received and not been answered as a whole. */
	int pending() {
		return this.pending;
	}

	/**
	 * In a drain holds back what was received until all of it is known, so that the
	 * response to one request that is served at once does not cut off the next.
	 */
	private final class Inbound extends ChannelInboundHandlerAdapter {

		private final Queue<Object> held = new ArrayDeque<>();

		@Override
		public void channelRead(ChannelHandlerContext ctx, Object message) {
			if (message instanceof HttpRequest) {
				Http1Requests.this.pending++;
			}
			if (message instanceof LastHttpContent) {
				Http1Requests.this.connection.received();
			}
			if (message instanceof HttpObject && Http1Requests.this.connection.isDraining()) {
				this.held.add(message);
			}
			else {
				Http1Requests.this.reading = true;
				ctx.fireChannelRead(message);
			}
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext ctx) {
			Http1Requests.this.reading = false;
			release(ctx);
			ctx.fireChannelReadComplete();
		}

		@Override
		public void channelInactive(ChannelHandlerContext ctx) {
			release(ctx);
			ctx.fireChannelInactive();
		}

		private void release(ChannelHandlerContext ctx) {
			for (Object message = this.held.poll(); message != null; message = this.held.poll()) {
				ctx.fireChannelRead(message);
			}
		}

		@Override
		public void handlerRemoved(ChannelHandlerContext ctx) {
			this.held.forEach(ReferenceCountUtil::release);
			this.held.clear();
		}

	}

	/** Sees responses before it is decided whether the connection persists. */
	private final class Outbound extends ChannelOutboundHandlerAdapter {

		private boolean answering;

		@Override
		public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
			if (message instanceof HttpResponse response) {
				begin(response);
			}
			boolean complete = message instanceof LastHttpContent && this.answering;
			ctx.write(message, promise);
			if (complete) {
				this.answering = false;
				Http1Requests.this.pending--;
				Http1Requests.this.connection.responded();
			}
		}

		private void begin(HttpResponse response) {
			this.answering = response.status().codeClass() != HttpStatusClass.INFORMATIONAL;
			if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
				Http1Requests.this.connection.responded();
			}
			else if (this.answering && Http1Requests.this.pending <= 1 && !Http1Requests.this.reading
					&& Http1Requests.this.connection.isDraining()) {
				HttpUtil.setKeepAlive(response, false);
			}
		}

	}

}
