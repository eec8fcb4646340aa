package io.pmboot.web.reactornetty;

import java.util.concurrent.TimeUnit;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Stream;
import io.pmboot.web.SharedWebServer;

/**
 * Ends a connection of HTTP/2 as RFC 9113, 6.8 has it: a first GOAWAY that refuses
 * nothing yet, so that requests on their way are served, a last one a while later, and
 * the end of the connection with that of its last stream. Lives on its event loop.
 */
final class Http2Farewell {

	private final Channel channel;

	private final Http2FrameCodec codec;

	private boolean begun;

	private boolean ending;

	Http2Farewell(Channel channel, Http2FrameCodec codec) {
		this.channel = channel;
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
			this.channel.eventLoop().schedule(this::end, SharedWebServer.GOAWAY.toSeconds(), TimeUnit.SECONDS);
		}
		if (hurry) {
			end();
		}
	}

	private void end() {
		if (this.ending || !this.channel.isActive()) {
			return;
		}
		this.ending = true;
		goAway(0);
		this.codec.connection().addListener(new Http2ConnectionAdapter() {

			@Override
			public void onStreamRemoved(Http2Stream stream) {
				// Not before its last frame is written.
				Http2Farewell.this.channel.eventLoop().execute(Http2Farewell.this::closeIfIdle);
			}

		});
		closeIfIdle();
	}

	private void closeIfIdle() {
		if (this.codec.connection().numActiveStreams() == 0) {
			this.channel.close();
		}
	}

	private void goAway(int furtherStreams) {
		DefaultHttp2GoAwayFrame frame = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
		frame.setExtraStreamIds(furtherStreams);
		this.channel.writeAndFlush(frame);
	}

}
