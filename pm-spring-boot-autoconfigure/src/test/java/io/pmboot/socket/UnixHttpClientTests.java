package io.pmboot.socket;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link UnixHttpClient} with a server that says what a test wants.
 */
@Timeout(30)
class UnixHttpClientTests {

	@TempDir
	private Path directory;

	private @Nullable ServerSocketChannel silent;

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nokHTTP/1.1 404 \\r\\ncontent-length:0\\r\\n\\r\\n         | 200 404 true
					HTTP/1.1 200\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2\\r\\nok\\r\\n1;a=b\\r\\n!\\r\\n0\\r\\nT: t\\r\\n\\r\\nHTTP/1.1 204 \\r\\n\\r\\n | 200 204 true
					HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 503 Busy\\r\\nContent-Length: 0\\r\\n\\r\\nHTTP/1.1 302 \\r\\nConnection: Close\\r\\nContent-Length: 1\\r\\n\\r\\nx | 503 302 false
					HTTP/1.1 200 \\r\\nContent-Length: 0\\r\\n\\r\\nHTTP/1.1 500 \\r\\n\\r\\nto the end              | 200 500 false
					""")
	void answersAreReadToTheirEnd(String answers, String expected) throws Exception {
		CompletableFuture<String> asked = serve(answers.translateEscapes());
		try (UnixHttpClient client = new UnixHttpClient(socket(), UnixHttpClient.Bounds.NONE)) {
			int first = get(client, "/a?b=c", Map.of("X-Tenant", List.of("one"), "host", List.of("shop.example")));
			int second = get(client, "/second", Map.of());
			assertThat(first + " " + second + " " + client.isOpen()).isEqualTo(expected);
		}
		assertThat(asked.get(10, TimeUnit.SECONDS).split("GET /second", 2)[0]).startsWith("GET /a?b=c HTTP/1.1\r\n")
			.containsOnlyOnce("ost: ")
			.contains("\r\nhost: shop.example\r\n", "X-Tenant: one\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: 6\r\n\r\n{\"ä\"}",
			"Transfer-Encoding: chunked\r\n\r\n3\r\n{\"\u00c3\r\n3\r\n\u00a4\"}\r\n0\r\n\r\n" })
	void bodiesGoBothWays(String answer) throws Exception {
		Charset charset = answer.contains("ä") ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
		CompletableFuture<String> asked = serve("HTTP/1.1 409 \r\n" + answer, charset);
		byte[] body = "{\"group\":\"ü\"}".getBytes(StandardCharsets.UTF_8);
		try (UnixHttpClient client = new UnixHttpClient(socket(), UnixHttpClient.Bounds.NONE)) {
			UnixHttpClient.Answer answered = client.send("POST", "/reload",
					Map.of("content-length", List.of(Integer.toString(body.length))), new ByteArrayInputStream(body));
			assertThat(answered.status()).isEqualTo(409);
			assertThat(answered.body()).hasContent("{\"ä\"}");
		}
		assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith("POST /reload HTTP/1.1\r\n")
			.contains("content-length: 14\r\n")
			.endsWith("\r\n\r\n{\"group\":\"ü\"}");
	}

	@Test
	void aServerThatTakesNoMoreConnectionsHoldsUpNobody() throws Exception {
		List<UnixHttpClient> clients = new ArrayList<>();
		listen(1);
		assertThatIOException().isThrownBy(() -> {
			while (clients.size() < 100) {
				clients.add(new UnixHttpClient(socket(), UnixHttpClient.Bounds.NONE));
			}
		}).withMessage("too many connections wait there already");
		for (UnixHttpClient client : clients) {
			client.close();
		}
	}

	@Test
	void aServerThatNeverAnswersIsWaitedForAsLongAsItIsSaid() throws Exception {
		listen(1);
		try (UnixHttpClient client = new UnixHttpClient(socket(),
				new UnixHttpClient.Bounds(Duration.ofMillis(50), Duration.ofMillis(50)))) {
			assertThatIOException().isThrownBy(() -> get(client, "/", Map.of()))
				.isInstanceOf(SocketTimeoutException.class);
		}
	}

	// Accepts nothing.
	private void listen(int backlog) throws IOException {
		this.silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
			.bind(UnixDomainSocketAddress.of(socket()), backlog);
	}

	@AfterEach
	void close() throws IOException {
		if (this.silent != null) {
			this.silent.close();
		}
	}

	@Test
	void whatIsNoAnswerIsAFailure() throws Exception {
		serve("SSH-2.0 hello\n");
		try (UnixHttpClient client = new UnixHttpClient(socket(), UnixHttpClient.Bounds.NONE)) {
			assertThatIOException().isThrownBy(() -> get(client, "/", Map.of()))
				.withMessage("the answer begins with 'SSH-2.0 hello'");
		}
	}

	@Test
	void halfAnAnswerIsAFailure() throws Exception {
		serve("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal");
		try (UnixHttpClient client = new UnixHttpClient(socket(), UnixHttpClient.Bounds.NONE)) {
			assertThatIOException().isThrownBy(() -> get(client, "/", Map.of())).isInstanceOf(EOFException.class);
		}
	}

	private static int get(UnixHttpClient client, String path, Map<String, List<String>> headers) throws IOException {
		UnixHttpClient.Answer answer = client.send("GET", path, headers, null);
		answer.body().readAllBytes();
		return answer.status();
	}

	private Path socket() {
		return this.directory.resolve("s");
	}

	// Reads once, writes all, and ends.
	private CompletableFuture<String> serve(String answers) throws IOException {
		return serve(answers, StandardCharsets.US_ASCII);
	}

	private CompletableFuture<String> serve(String answers, Charset charset) throws IOException {
		ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
			.bind(UnixDomainSocketAddress.of(socket()));
		return CompletableFuture.supplyAsync(() -> {
			try (server; SocketChannel connection = server.accept()) {
				ByteBuffer request = ByteBuffer.allocate(4096);
				connection.read(request);
				connection.write(charset.encode(answers));
				connection.shutdownOutput();
				// Until the client has gone.
				while (connection.read(request) >= 0) {
					Thread.onSpinWait();
				}
				return StandardCharsets.UTF_8.decode(request.flip()).toString();
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

}
