package io.pmboot.actuate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

import io.pmboot.test.HttpAnswer;
import org.junit.jupiter.api.Test;
import org.skyscreamer.jsonassert.JSONAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ui}, on each web stack. What a browser makes of it is seen in the
 * sample.
 */
class UiTests extends AbstractMasterHttpTests {

	@Test
	void thePageIsOneFileThatRunsItsOwnScriptAlone() throws Exception {
		HttpAnswer answer = RawRequest.get("/actuator/pm/ui").send(port());
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.headers().get("content-type").get(0)).startsWith("text/html");
		String page = answer.body();
		assertThat(page).doesNotContain("http://localhost", "https://", "src=").containsOnlyOnce("<script>");
		String script = page.substring(page.indexOf("<script>") + 8, page.indexOf("</script>"));
		byte[] hash = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
		assertThat(answer.headers().get("content-security-policy").get(0)).startsWith("default-src 'none';")
			.contains("script-src 'sha256-%s';".formatted(Base64.getEncoder().encodeToString(hash)));
	}

	@Test
	void aPageIsToldWhatIsAsLongAsItIsOpen() throws Exception {
		try (Page page = new Page(port())) {
			String first = page.next();
			JSONAssert.assertEquals(
					"""
							{"status":{"groups":{"web":{"state":"RUNNING"},"jobs":{}}},"queues":{"web":{},"jobs":{}},"reloads":[]}
							""",
					first, false);
			assertThat(page.next()).isEqualTo(first);
		}
	}

	@Test
	void thereIsRoomForSoManyPages() throws Exception {
		Page[] pages = new Page[Followers.MAX];
		try {
			for (int i = 0; i < pages.length; i++) {
				pages[i] = new Page(port());
				pages[i].next();
			}
			try (Page tooMany = new Page(port())) {
				assertThat(tooMany.next()).isEqualTo("16 pages are open already");
			}
		}
		finally {
			for (Page page : pages) {
				if (page != null) {
					page.close();
				}
			}
		}
	}

	/**
	 * A browser's event source.
	 */
	private static final class Page implements AutoCloseable {

		private final Socket socket;

		private final BufferedReader lines;

		Page(int port) throws IOException {
			this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
			this.socket.setSoTimeout(30_000);
			this.socket.getOutputStream()
				.write("GET /actuator/pm/ui/live HTTP/1.0\r\nHost: localhost:%d\r\nAccept: text/event-stream\r\n\r\n"
					.formatted(port)
					.getBytes(StandardCharsets.US_ASCII));
			this.lines = new BufferedReader(
					new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8));
		}

		String next() throws IOException {
			String line = this.lines.readLine();
			while (line != null && !line.startsWith("data: ")) {
				line = this.lines.readLine();
			}
			assertThat(line).isNotNull();
			return line.substring("data: ".length());
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
