package io.pmboot.test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The load client has to be trusted before a count of 0 means anything. */
class LoadClientTests {

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			"", END_BEFORE_RESPONSE
			"HTTP/1.1 200 OK", CUT_SHORT
			"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n/loa", CUT_SHORT
			"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\n/loa\\r\\n", CUT_SHORT
			"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\n/load\\r\\n0\\r\\n\\r\\n", MALFORMED
			"HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nx\\r\\n", MALFORMED
			"HTTP/1.1 200 OK\\r\\n\\r\\n/load", MALFORMED
			"HTTP/1.1 200 OK\\nContent-Length: 0\\n\\n", MALFORMED
			"SSH-2.0\\r\\n", MALFORMED
			"HTTP/1.1 503 Busy\\r\\nContent-Length: 0\\r\\n\\r\\n", STATUS
			"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n/x", WRONG_BODY
			"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nContent-Length: 3\\r\\n\\r\\n/x", MALFORMED
			""")
	void everyFailureIsSeenAsItsKind(String bytes, FailureKind kind) throws Exception {
		String response = bytes.translateEscapes();
		try (ScriptedServer server = new ScriptedServer((target) -> response, true, false)) {
			assertThat(oneOrMore(server.port()).failures()).containsOnlyKeys(kind);
		}
	}

	@ParameterizedTest
	@CsvSource({ "''", "HTTP/1.1 200" })
	void aResetIsSeenAsReset(String response) throws Exception {
		try (ScriptedServer server = new ScriptedServer((target) -> response, true, true)) {
			assertThat(oneOrMore(server.port()).failures()).containsOnlyKeys(FailureKind.RESET);
		}
	}

	@Test
	void nobodyListeningIsSeenAsRefused() throws Exception {
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		assertThat(oneOrMore(port).failures()).containsOnlyKeys(FailureKind.REFUSED);
	}

	@Test
	void silenceIsSeenAsTimeOut() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				HttpConnection connection = HttpConnection.open(silent.getLocalPort(), Duration.ofMillis(50))) {
			assertThatExceptionOfType(RequestFailedException.class).isThrownBy(() -> connection.get("/"))
				.satisfies((ex) -> assertThat(ex.kind()).isEqualTo(FailureKind.TIME_OUT));
		}
	}

	@Test
	void bytesAfterTheAnnouncedEndAreSeen() throws Exception {
		UnaryOperator<String> script = (target) -> ok(target, "Connection: close\r\n") + "more";
		try (ScriptedServer server = new ScriptedServer(script, true, false)) {
			assertThat(oneOrMore(server.port()).failures()).containsOnlyKeys(FailureKind.MALFORMED);
		}
	}

	@Test
	void bothFramingsAreUnderstood() throws Exception {
		UnaryOperator<String> script = (target) -> target.endsWith("1") ? ok(target, "")
				: "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\n/\r\n%x\r\n%s\r\n0\r\nT: t\r\n\r\n"
					.formatted(target.length() - 1, target.substring(1));
		try (ScriptedServer server = new ScriptedServer(script, false, false)) {
			LoadResult result = answers(server, 2);
			assertThat(result.failures()).isEmpty();
			assertThat(server.connections()).isOne();
		}
	}

	@Test
	void anAnnouncedCloseIsNoFailure() throws Exception {
		UnaryOperator<String> script = (target) -> ok(target, "Connection: close\r\n");
		try (ScriptedServer server = new ScriptedServer(script, true, false)) {
			LoadResult result = answers(server, 3);
			assertThat(result.failures()).isEmpty();
			assertThat(server.connections()).isGreaterThanOrEqualTo(3);
		}
	}

	@Test
	void aCloseThatWasNotAnnouncedIsAFailure() throws Exception {
		try (ScriptedServer server = new ScriptedServer((target) -> ok(target, ""), true, false)) {
			LoadResult result = answers(server, 3);
			assertThat(result.failures().keySet()).isNotEmpty()
				.isSubsetOf(FailureKind.END_BEFORE_RESPONSE, FailureKind.RESET);
		}
	}

	private static String ok(String body, String header) {
		return "HTTP/1.1 200 \r\n%sContent-Length: %d\r\n\r\n%s".formatted(header, body.length(), body);
	}

	private static LoadResult oneOrMore(int port) {
		LoadTally tally = new LoadTally();
		CountDownLatch stop = new CountDownLatch(0);
		Client client = new HttpClient(HttpConnection.to(port), false, Duration.ZERO);
		new LoadThread(LoadKind.KEEP_ALIVE, 0, client, Duration.ZERO, Duration.ZERO, stop, tally).run();
		LoadResult result = tally.result();
		assertThat(result.successes()).isEqualTo(Map.of());
		return result;
	}

	private static LoadResult answers(ScriptedServer server, int count) throws IOException, InterruptedException {
		try (LoadClient load = LoadClient.on(server.port()).keepAlive(1).start()) {
			load.awaitAnswers(count);
			return load.stop();
		}
	}

}
