package io.pmboot.test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Makes three unary calls of gRPC at a time on one connection, as the document "gRPC over
 * HTTP2" has it, each with a target for its message and for its answer. Unlike gRPC's own
 * client it makes none again that the server has refused.
 */
public final class GrpcClient extends Http2Client {

	/** One byte that says not compressed, four for the length. */
	private static final int PREFIX = 5;

	private final String method;

	/**
	 * Creates a client.
	 * @param opener how it connects
	 * @param method the method that it calls, as {@code /service/method}
	 */
	public GrpcClient(HttpConnection.Opener opener, String method) {
		super(opener);
		this.method = method;
	}

	@Override
	int request(Http2Connection connection, String target) throws RequestFailedException {
		Http2Headers headers = new DefaultHttp2Headers().add("content-type", "application/grpc").add("te", "trailers");
		byte[] message = target.getBytes(StandardCharsets.UTF_8);
		return connection.request("POST", this.method, headers,
				ByteBuffer.allocate(PREFIX + message.length).put((byte) 0).putInt(message.length).put(message).array());
	}

	@Override
	void require(String target, Http2Connection.Stream stream) throws RequestFailedException {
		Http2Headers trailers = stream.last();
		if (trailers == null || !"0".contentEquals(trailers.get("grpc-status", ""))) {
			throw new RequestFailedException(FailureKind.STATUS, "%s for %s".formatted(trailers, target));
		}
		byte[] body = stream.body().toByteArray();
		HttpAnswer.requireBody(target,
				new String(Arrays.copyOfRange(body, PREFIX, Math.max(PREFIX, body.length)), StandardCharsets.UTF_8));
	}

}
