package io.pmboot.sample;

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The Actuator of each worker, through the master and nowhere else. */
@FullOnly
class WorkerActuatorIntegrationTests {

	private static final String WORKERS = "/actuator/pm/workers/";

	private static final String LOGGER = "/loggers/io.pmboot.sample";

	private static MasterProcess master;

	private static int managementPort;

	@BeforeAll
	static void start() throws Exception {
		managementPort = FreePort.next();
		master = Sample.ready((sample) -> sample.property("management.server.port", managementPort)
			.property("management.server.base-path", "/own")
			.property("pm.groups.web.arguments[1]", "--management.endpoints.web.base-path=/manage")
			.property("pm.groups.web.arguments[2]", "--management.endpoints.web.path-mapping.health=state")
			.property("management.endpoints.web.exposure.include", "health,loggers,heapdump,threaddump")
			.property("management.endpoint.heapdump.access", "unrestricted")
			.property("pm.groups.jobs.children", 1)
			.quick("jobs", true));
		master.awaitComplete("jobs");
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void aLogLevelIsSetInOneWorkerAndInAll() throws Exception {
		assertThat(level("web/0", "POST", "DEBUG").status()).isEqualTo(204);
		assertThat(level("web/0", "GET", null).body()).contains("\"configuredLevel\":\"DEBUG\"");
		assertThat(level("web/1", "GET", null).body()).doesNotContain("DEBUG");
		assertThat(level("web/*", "POST", "TRACE").status()).isEqualTo(200);
		HttpAnswer all = level("web/*", "GET", null);
		assertThat(all.body().split("\"configuredLevel\":\"TRACE\"", -1)).as(all.body()).hasSize(3);
	}

	private static HttpAnswer level(String worker, String method, @Nullable String level) throws Exception {
		return HttpConnection.once(master.masterPort(), method, WORKERS + worker + LOGGER,
				Map.of("Content-Type", "application/json"),
				(level != null) ? "{\"configuredLevel\":\"%s\"}".formatted(level) : "", Duration.ofSeconds(60));
	}

	@Test
	void aHeapDumpIsThatOfTheWorkerMeant() throws Exception {
		Path dump = Files.createTempFile("worker", ".hprof");
		try {
			HttpURLConnection connection = (HttpURLConnection) URI
				.create("http://127.0.0.1:%d%sweb/1/heapdump".formatted(master.masterPort(), WORKERS))
				.toURL()
				.openConnection();
			try (InputStream body = connection.getInputStream()) {
				Files.copy(body, dump, StandardCopyOption.REPLACE_EXISTING);
			}
			assertThat(Files.size(dump)).isGreaterThan(4 * 1024 * 1024);
			try (InputStream content = Files.newInputStream(dump)) {
				assertThat(new String(content.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("JAVA PROFILE");
			}
		}
		finally {
			Files.delete(dump);
		}
	}

	@Test
	void aGroupWithoutAListenerHasItsActuatorToo() throws Exception {
		HttpAnswer answer = get(WORKERS + "jobs/0/health");
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).contains("\"UP\"");
	}

	@Test
	void noWorkerOpensAPortForItNorAnswersOnTheListener() throws Exception {
		assertThat(get(WORKERS + "web/0/health").status()).isEqualTo(200);
		for (String path : new String[] { "/own/manage/state", "/manage/state", "/manage/health",
				"/actuator/health" }) {
			// The sample answers to every path.
			assertThat(HttpConnection.once(master.port(), "GET", path, Map.of(), "", Duration.ofSeconds(20)).body())
				.isEqualTo(path);
		}
		try (ServerSocket free = new ServerSocket(managementPort, 1, InetAddress.getLoopbackAddress())) {
			assertThat(free.isBound()).isTrue();
		}
		assertThat(master.output().matching("No port is opened for this worker's Actuator")).hasSizeGreaterThan(2);
	}

	@Test
	void whatIsRelayedIsNotAmongWhatAWorkerServes() throws Exception {
		long served = served();
		for (int i = 0; i < 20; i++) {
			assertThat(get(WORKERS + "web/0/health").status()).isEqualTo(200);
		}
		assertThat(served()).isEqualTo(served);
	}

	private static long served() throws Exception {
		Instant now = Instant.now();
		master.awaitGroup("web", "another heartbeat",
				(group) -> group.workers().get(0).load() != null && group.workers().get(0).load().at().isAfter(now));
		return master.group("web").workers().get(0).load().served();
	}

	private static HttpAnswer get(String path) throws Exception {
		return HttpConnection.once(master.masterPort(), "GET", path, Map.of(), "", Duration.ofSeconds(60));
	}

}
