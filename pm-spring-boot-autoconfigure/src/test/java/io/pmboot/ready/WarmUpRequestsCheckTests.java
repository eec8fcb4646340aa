package io.pmboot.ready;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.pmboot.settings.GroupProperties;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.tomcat.TomcatPrivateServer;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WarmUpRequestsCheck} with a real Tomcat.
 */
@Timeout(60)
class WarmUpRequestsCheckTests {

	@TempDir
	private Path directory;

	private TcpListener listener;

	private TomcatPrivateServer server;

	private final List<String> waiting = new ArrayList<>();

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.server = new TomcatPrivateServer(this.listener, this.directory);
	}

	@AfterEach
	void stop() throws IOException {
		this.server.close();
		this.listener.close();
	}

	@Test
	void requestsEachPathAsOftenAsItIsToldAndNobodyCountsIt() throws Exception {
		check(List.of("/a", "/b?c=d"), 30, null).pass(this.waiting::add);
		assertThat(this.server.requests()).hasSize(60).filteredOn("GET /a HTTP/1.1 one"::equals).hasSize(30);
		assertThat(this.server.requests()).contains("GET /b?c=d HTTP/1.1 one");
		assertThat(this.waiting).containsExactly("warm-up requests to /a, /b?c=d");
		assertThat(this.server.served()).isZero();
		assertThat(this.server.accessLog()).isEmpty();
		assertThat(this.server.connectors()).isEqualTo(1);
		assertThat(this.directory.resolve("w" + ProcessHandle.current().pid())).doesNotExist();
	}

	@Test
	void theServerServesAsBeforeAfterwards() throws Exception {
		check(List.of("/a"), 3, null).pass(this.waiting::add);
		assertThat(this.server.openAndGet("/outside")).isEqualTo(200);
		assertThat(this.server.served()).isEqualTo(1);
		assertThat(this.server.accessLog()).containsExactly("GET /outside 200");
	}

	@Test
	void requestsForATime() throws Exception {
		check(List.of("/a", "/b"), 1, Duration.ofMillis(50)).pass(this.waiting::add);
		assertThat(this.server.requests().size()).isGreaterThanOrEqualTo(2);
	}

	@Test
	void aServerErrorFailsTheStartAndNamesThePath() {
		assertThatExceptionOfType(ReadyCheckException.class)
			.isThrownBy(() -> check(List.of("/a", "/error"), 100, null).pass(this.waiting::add))
			.withMessageContaining("The warm-up request GET /error was answered with 500.")
			.withMessageContaining("pm.groups.web.warm-up.paths");
		assertThat(this.server.requests()).hasSizeLessThan(20);
		assertThat(this.server.connectors()).isEqualTo(1);
	}

	@Test
	void whatIsNotFoundKeepsNoWorkerFromServing() throws Exception {
		check(List.of("/missing"), 3, null).pass(this.waiting::add);
		assertThat(this.server.requests()).hasSize(3);
	}

	@Test
	void aSocketThatCannotBeBoundFailsTheStart() {
		GroupProperties.WarmUp settings = new GroupProperties.WarmUp(List.of("/"), 1, null, 1, Map.of());
		assertThatExceptionOfType(ReadyCheckException.class)
			.isThrownBy(() -> new WarmUpRequestsCheck("web", settings, this.server.connector(),
					this.directory.resolve("missing"))
				.pass(this.waiting::add))
			.withMessageContaining("cannot be reached for warm-up requests on " + this.directory.resolve("missing/w"));
		assertThat(this.server.connectors()).isEqualTo(1);
	}

	private WarmUpRequestsCheck check(List<String> paths, int requests, @Nullable Duration duration) {
		return new WarmUpRequestsCheck("web",
				new GroupProperties.WarmUp(paths, requests, duration, 2, Map.of("X-Who", "one")),
				this.server.connector(), this.directory);
	}

}
