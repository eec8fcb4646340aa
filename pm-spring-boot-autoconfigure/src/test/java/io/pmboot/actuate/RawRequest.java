package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.RequestFailedException;

/**
 * A request as bytes on a socket, so that a test decides about each header.
 */
record RawRequest(String head, String body) {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	static RawRequest get(String path) {
		return of("GET", path, "");
	}

	static RawRequest post(String path) {
		return of("POST", path, "");
	}

	static RawRequest of(String method, String path, String body) {
		return new RawRequest("%s %s HTTP/1.1\r\nConnection: close\r\n".formatted(method, path), body);
	}

	static RawRequest json(String path, String json) {
		return of("POST", path, json).header("Content-Type", "application/json").sized();
	}

	RawRequest header(String name, String value) {
		return new RawRequest("%s%s: %s\r\n".formatted(this.head, name, value), this.body);
	}

	RawRequest sized() {
		return header("Content-Length", String.valueOf(this.body.getBytes(StandardCharsets.UTF_8).length));
	}

	RawRequest chunked() {
		String size = Integer.toHexString(this.body.getBytes(StandardCharsets.UTF_8).length);
		return new RawRequest(this.head + "Transfer-Encoding: chunked\r\n",
				"%s\r\n%s\r\n0\r\n\r\n".formatted(size, this.body));
	}

	/**
	 * Sends it with a Host header, where it has none of its own.
	 * @param port the port
	 * @return the response
	 */
	HttpAnswer send(int port) {
		return this.head.contains("\r\nHost:") ? sendAsIs(port) : header("Host", "localhost:" + port).sendAsIs(port);
	}

	CompletableFuture<HttpAnswer> sendLater(int port, Executor executor) {
		return CompletableFuture.supplyAsync(() -> send(port), executor);
	}

	HttpAnswer sendAsIs(int port) {
		try (HttpConnection connection = HttpConnection.open(port, TIMEOUT)) {
			connection.write(this.head + "\r\n" + this.body);
			return connection.receive();
		}
		catch (RequestFailedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
