package io.pmboot.test;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/2. A thread of its own reads it, so that a GOAWAY is seen before
 * the next request, as every client does.
 */
public final class Http2Connection implements AutoCloseable {

	private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

	private static final int DATA = 0;

	private static final int HEADERS = 1;

	private static final int RST_STREAM = 3;

	private static final int SETTINGS = 4;

	private static final int PING = 6;

	private static final int GOAWAY = 7;

	private static final int WINDOW_UPDATE = 8;

	/** Of a connection, as the RFC has it at first. */
	private static final int WINDOW = 65535;

	private static final int ACK = 1;

	private static final int END_STREAM = 1;

	private static final int END_HEADERS = 4;

	private static final int PADDED = 8;

	private static final int PRIORITY = 0x20;

	private final HttpConnection connection;

	private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();

	private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

	private final Map<Integer, Stream> streams = new HashMap<>();

	private final Queue<Integer> goAways = new ArrayDeque<>();

	private int next = 1;

	private int unacknowledged;

	private int lastServed = Integer.MAX_VALUE;

	private boolean goingAway;

	private volatile boolean betweenFrames;

	private @Nullable RequestFailedException failure;

	public Http2Connection(HttpConnection connection) throws RequestFailedException {
		this.connection = connection;
		connection.write(PREFACE);
		send(SETTINGS, 0, 0, new byte[0]);
		Thread reader = new Thread(this::read, Thread.currentThread().getName() + "-reader");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try {
			while (true) {
				this.betweenFrames = true;
				ByteBuffer head = ByteBuffer.wrap(this.connection.receive(9));
				this.betweenFrames = false;
				int length = (head.getShort() & 0xffff) << 8 | head.get() & 0xff;
				handle(head, this.connection.receive(length));
			}
		}
		catch (RequestFailedException ex) {
			fail(ex);
		}
	}

	private synchronized void fail(RequestFailedException failure) {
		this.failure = failure;
		notifyAll();
	}

	/**
	 * Sends a request.
	 * @param target its path and query
	 * @return the number of its stream
	 * @throws RequestFailedException where it cannot be written
	 */
	public int request(String target) throws RequestFailedException {
		return request("GET", target, new DefaultHttp2Headers(), new byte[0]);
	}

	/**
	 * Sends a request.
	 * @param method its method
	 * @param target its path and query
	 * @param headers what else its head says
	 * @param body its body, which is small; where empty, there is none
	 * @return the number of its stream
	 * @throws RequestFailedException where it cannot be written
	 */
	synchronized int request(String method, String target, Http2Headers headers, byte[] body)
			throws RequestFailedException {
		int stream = this.next;
		this.next += 2;
		headers.method(method)
			.scheme(this.connection.isSecure() ? "https" : "http")
			.authority("localhost")
			.path(target);
		ByteBuf block = Unpooled.buffer();
		try {
			this.encoder.encodeHeaders(stream, headers, block);
		}
		catch (Http2Exception ex) {
			throw new IllegalStateException(ex);
		}
		this.streams.put(stream, new Stream());
		send(HEADERS, (body.length > 0) ? END_HEADERS : END_HEADERS | END_STREAM, stream, ByteBufUtil.getBytes(block));
		if (body.length > 0) {
			send(DATA, END_STREAM, stream, body);
		}
		return stream;
	}

	/**
	 * Waits for the whole response on a stream.
	 * @param number the stream
	 * @return what came on it
	 * @throws RequestFailedException where it does not
	 */
	public synchronized Stream await(int number) throws RequestFailedException {
		Stream stream = Objects.requireNonNull(this.streams.get(number));
		while (!stream.ended) {
			if (number > this.lastServed) {
				throw new RequestFailedException(FailureKind.STREAM_RESET,
						"stream %d is beyond the last that is served, %d".formatted(number, this.lastServed));
			}
			if (this.failure != null) {
				throw new RequestFailedException(this.failure.kind(), "stream %d, %sgoing away: %s".formatted(number,
						this.goingAway ? "" : "not ", this.failure.getMessage()));
			}
			waitForMore();
		}
		this.streams.remove(number);
		return stream;
	}

	/**
	 * Waits for the next GOAWAY.
	 * @return the last stream that is served
	 * @throws RequestFailedException where none comes
	 */
	public synchronized int awaitGoAway() throws RequestFailedException {
		while (this.goAways.isEmpty()) {
			if (this.failure != null) {
				throw this.failure;
			}
			waitForMore();
		}
		return this.goAways.remove();
	}

	/**
	 * Waits until the server has closed the connection, between two frames.
	 * @throws RequestFailedException where it ends otherwise, or not in time
	 */
	public synchronized void awaitEnd() throws RequestFailedException {
		while (this.failure == null) {
			waitForMore();
		}
		if (this.failure.kind() != FailureKind.CUT_SHORT || !this.betweenFrames) {
			throw this.failure;
		}
	}

	private void waitForMore() {
		try {
			wait();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	synchronized boolean isGoingAway() {
		return this.goingAway;
	}

	private synchronized void handle(ByteBuffer head, byte[] payload) throws RequestFailedException {
		int type = head.get();
		int flags = head.get();
		int stream = head.getInt() & Integer.MAX_VALUE;
		switch (type) {
			case DATA -> data(stream, flags, payload);
			case HEADERS -> headers(stream, flags, payload);
			case RST_STREAM -> throw new RequestFailedException(FailureKind.STREAM_RESET,
					"stream %d by code %d".formatted(stream, ByteBuffer.wrap(payload).getInt()));
			case SETTINGS -> acknowledge(SETTINGS, flags, new byte[0]);
			case PING -> acknowledge(PING, flags, payload);
			case GOAWAY -> goAway(ByteBuffer.wrap(payload));
			default -> {
				// WINDOW_UPDATE and the like: nothing large is ever sent.
			}
		}
		notifyAll();
	}

	private void data(int number, int flags, byte[] payload) throws RequestFailedException {
		Stream stream = Objects.requireNonNull(this.streams.get(number));
		int padding = ((flags & PADDED) != 0) ? payload[0] + 1 : 0;
		stream.body.write(payload, Math.min(1, padding), payload.length - padding);
		stream.ended = (flags & END_STREAM) != 0;
		this.unacknowledged += payload.length;
		// A server takes many small updates for an attack.
		if (this.unacknowledged > WINDOW / 2) {
			send(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(this.unacknowledged).array());
			this.unacknowledged = 0;
		}
	}

	private void headers(int number, int flags, byte[] payload) throws RequestFailedException {
		if ((flags & END_HEADERS) == 0 || (flags & (PADDED | PRIORITY)) != 0) {
			throw new RequestFailedException(FailureKind.MALFORMED, "headers with flags " + flags);
		}
		Stream stream = Objects.requireNonNull(this.streams.get(number));
		try {
			Http2Headers headers = this.decoder.decodeHeaders(number, Unpooled.wrappedBuffer(payload));
			// Trailers have none.
			stream.status = (headers.status() != null) ? Integer.parseInt(headers.status().toString()) : stream.status;
			stream.last = headers;
		}
		catch (Http2Exception ex) {
			throw new RequestFailedException(FailureKind.MALFORMED, ex.toString());
		}
		stream.ended = (flags & END_STREAM) != 0;
	}

	private void goAway(ByteBuffer payload) throws RequestFailedException {
		this.goingAway = true;
		this.lastServed = payload.getInt() & Integer.MAX_VALUE;
		this.goAways.add(this.lastServed);
		int code = payload.getInt();
		if (code != 0) {
			throw new RequestFailedException(FailureKind.STREAM_RESET, "GOAWAY by code " + code);
		}
	}

	private void acknowledge(int type, int flags, byte[] payload) throws RequestFailedException {
		if ((flags & ACK) == 0) {
			send(type, ACK, 0, payload);
		}
	}

	private void send(int type, int flags, int stream, byte[] payload) throws RequestFailedException {
		ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
		frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
		frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
		this.connection.write(frame.array());
	}

	@Override
	public void close() {
		this.connection.close();
	}

	/** The response on a stream. */
	public static final class Stream {

		private final ByteArrayOutputStream body = new ByteArrayOutputStream();

		private int status;

		private boolean ended;

		private @Nullable Http2Headers last;

		/**
		 * The trailers, or where there are none the headers.
		 * @return what came last of them
		 */
		@Nullable Http2Headers last() {
			return this.last;
		}

		int status() {
			return this.status;
		}

		public ByteArrayOutputStream body() {
			return this.body;
		}

	}

}
