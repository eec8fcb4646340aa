package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What a new version has to show before it gets a request. */
@FullOnly
class GatesIntegrationTests {

	@TempDir
	private static Path configuration;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		configure("");
		master = Sample.ready((sample) -> sample.property("pm.groups.web.children", 1)
			.property("pm.groups.web.start-timeout", "40s")
			.property("pm.groups.web.warm-up.requests", 20)
			.property("spring.config.additional-location", "file:" + configuration + "/"));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void aVersionThatFailsItsWarmUpGetsNoRequest() throws Exception {
		List<Long> before = master.pids("web");
		configure("pm.groups.web.warm-up.paths=/whoami,/slow?ms=-1");
		ReloadPart reload = master.reload("web");
		assertThat(reload.outcome()).isEqualTo("FAILED");
		assertThat(reload.cause()).contains("The warm-up request GET /slow?ms=-1 was answered with 500");
		assertThat(master.pids("web")).isEqualTo(before);
		configure("pm.groups.web.warm-up.paths=/whoami,/pid", "management.endpoints.web.exposure.include=metrics");
		assertThat(master.reload("web").outcome()).isEqualTo("COMPLETED");
		master.output().await("Warm after 40 requests", Duration.ofSeconds(10));
		assertThat(master.pids("web")).doesNotContainAnyElementsOf(before);
		assertThat(get("/actuator/metrics/http.server.requests").status()).as("no request is counted yet")
			.isEqualTo(404);
		assertThat(get("/actuator/metrics/http.server.requests").body())
			.contains("{\"statistic\":\"COUNT\",\"value\":1.0}");
	}

	@Test
	void aVersionWhoseHealthGroupIsDownGetsNoRequest() throws Exception {
		List<Long> before = master.pids("web");
		configure("pm.groups.web.reload.health-group=deploy",
				"management.endpoint.health.group.deploy.include=diskSpace",
				"management.health.diskspace.threshold=100000TB");
		ReloadPart reload = master.reload("web");
		assertThat(reload.outcome()).isEqualTo("FAILED");
		assertThat(reload.cause())
			.contains("not ready within 40s, it waited: health group 'deploy' is DOWN (diskSpace DOWN)");
		assertThat(master.pids("web")).isEqualTo(before);
		configure("pm.groups.web.reload.health-group=deploy",
				"management.endpoint.health.group.deploy.include=diskSpace");
		assertThat(master.reload("web").outcome()).isEqualTo("COMPLETED");
	}

	@Test
	void anUnknownHealthGroupIsToldAtOnce() throws Exception {
		configure("pm.groups.web.reload.health-group=deplay");
		ReloadPart reload = master.reload("web");
		assertThat(reload.outcome()).isEqualTo("FAILED");
		assertThat(reload.cause()).contains("names the health group 'deplay', which this application does not have");
	}

	private static HttpAnswer get(String target) throws Exception {
		return HttpConnection.once(master.port(), "GET", target, Map.of(), "", Duration.ofSeconds(10));
	}

	// What the next worker reads when it starts.
	private static void configure(String... lines) throws Exception {
		Files.writeString(configuration.resolve("application.properties"), String.join("\n", lines));
	}

}
