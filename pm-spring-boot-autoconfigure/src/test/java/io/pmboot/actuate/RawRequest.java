package io.pmboot.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * A request as bytes on a socket, so that a test decides about each header.
 */
record RawRequest(String head, String body) {

	private static final int TIMEOUT_MILLIS = 60_000;

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
	Response send(int port) {
		return this.head.contains("\r\nHost:") ? sendAsIs(port) : header("Host", "localhost:" + port).sendAsIs(port);
	}

	CompletableFuture<Response> sendLater(int port, Executor executor) {
		return CompletableFuture.supplyAsync(() -> send(port), executor);
	}

	Response sendAsIs(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			socket.setSoTimeout(TIMEOUT_MILLIS);
			socket.getOutputStream().write((this.head + "\r\n" + this.body).getBytes(StandardCharsets.UTF_8));
			return Response.parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	record Response(int status, String head, String body) {

		static Response parse(String text) {
			int end = text.indexOf("\r\n\r\n");
			String before = text.substring(0, end);
			String after = text.substring(end + 4);
			boolean chunked = before.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
			return new Response(Integer.parseInt(before.split(" ")[1].trim()), before,
					(chunked) ? unchunk(after) : after);
		}

		private static String unchunk(String body) {
			StringBuilder text = new StringBuilder();
			int at = 0;
			while (true) {
				int line = body.indexOf("\r\n", at);
				int size = Integer.parseInt(body.substring(at, line), 16);
				if (size == 0) {
					return text.toString();
				}
				text.append(body, line + 2, line + 2 + size);
				at = line + 2 + size + 2;
			}
		}

	}

}
