package io.pmboot.test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads one response, to the byte: a response that does not say where it ends, or that
 * ends elsewhere, is a failure.
 */
final class HttpAnswerReader {

	private final InputStream in;

	private long position;

	HttpAnswerReader(InputStream in) {
		this.in = in;
	}

	HttpAnswer read() throws IOException {
		HttpAnswer head = head();
		return new HttpAnswer(head.status(), head.headers(), body(head));
	}

	/**
	 * Reads what comes before the body.
	 * @return a response without one
	 * @throws IOException where the connection fails, or there is no such thing
	 */
	HttpAnswer head() throws IOException {
		String statusLine = line();
		if (!statusLine.matches("HTTP/1\\.1 [0-9]{3}( .*)?")) {
			throw malformed("status line '" + statusLine + "'");
		}
		return new HttpAnswer(Integer.parseInt(statusLine.substring(9, 12)), headers(), "");
	}

	/**
	 * Reads one chunk of a body.
	 * @return the chunk, empty for the last
	 * @throws IOException where the connection fails, or there is no such thing
	 */
	String chunk() throws IOException {
		ByteArrayOutputStream chunk = new ByteArrayOutputStream();
		int size = chunkSize();
		copy(size, chunk);
		if (size == 0) {
			headers();
		}
		else if (!line().isEmpty()) {
			throw malformed("a chunk longer than it says");
		}
		return chunk.toString(StandardCharsets.UTF_8);
	}

	private Map<String, List<String>> headers() throws IOException {
		Map<String, List<String>> headers = new TreeMap<>();
		for (String line = line(); !line.isEmpty(); line = line()) {
			int colon = line.indexOf(':');
			if (colon < 1) {
				throw malformed("header '" + line + "'");
			}
			headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), (name) -> new ArrayList<>())
				.add(line.substring(colon + 1).trim());
		}
		return headers;
	}

	private String body(HttpAnswer head) throws IOException {
		if (head.status() == 204 || head.status() == 304) {
			return "";
		}
		Map<String, List<String>> headers = head.headers();
		List<String> lengths = headers.getOrDefault("content-length", List.of());
		List<String> encodings = headers.getOrDefault("transfer-encoding", List.of());
		if (lengths.isEmpty() && encodings.isEmpty() && head.status() >= 400
				&& headers.getOrDefault("connection", List.of()).contains("close")) {
			// Of a failure it does not matter whether all of it came.
			return new String(this.in.readAllBytes(), StandardCharsets.UTF_8);
		}
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		if (encodings.equals(List.of("chunked")) && lengths.isEmpty()) {
			chunks(body);
		}
		else if (encodings.isEmpty() && lengths.size() == 1 && lengths.get(0).matches("[0-9]{1,9}")) {
			copy(Integer.parseInt(lengths.get(0)), body);
		}
		else {
			throw malformed("Content-Length " + lengths + ", Transfer-Encoding " + encodings);
		}
		return body.toString(StandardCharsets.UTF_8);
	}

	private void chunks(ByteArrayOutputStream body) throws IOException {
		for (int size = chunkSize(); size > 0; size = chunkSize()) {
			copy(size, body);
			if (!line().isEmpty()) {
				throw malformed("a chunk longer than it says");
			}
		}
		headers();
	}

	private int chunkSize() throws IOException {
		String line = line();
		String digits = line.split(";", 2)[0].trim();
		if (!digits.matches("[0-9a-fA-F]{1,7}")) {
			throw malformed("chunk size '" + line + "'");
		}
		return Integer.parseInt(digits, 16);
	}

	private void copy(int length, ByteArrayOutputStream body) throws IOException {
		for (int i = 0; i < length; i++) {
			body.write(next());
		}
	}

	private String line() throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = next(); next != '\r'; next = next()) {
			if (next == '\n' || line.length() > 8192) {
				throw malformed("line '" + line + "'");
			}
			line.append((char) next);
		}
		if (next() != '\n') {
			throw malformed("a line that ends without a line feed");
		}
		return line.toString();
	}

	private int next() throws IOException {
		int next = this.in.read();
		if (next < 0) {
			throw new RequestFailedException(
					(this.position == 0) ? FailureKind.END_BEFORE_RESPONSE : FailureKind.CUT_SHORT,
					"end of stream after " + this.position + " bytes of the response");
		}
		this.position++;
		return next;
	}

	private static RequestFailedException malformed(String what) {
		return new RequestFailedException(FailureKind.MALFORMED, what);
	}

}
