package io.pmboot.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.test.FullOnly;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * New versions that fail in every way before they get a request. Those whose jar is
 * damaged are in {@link DeployIntegrationTests}, those that want another port in
 * {@link ConfigurationReloadIntegrationTests}, those that fail later in
 * {@link RollbackIntegrationTests}.
 */
@FullOnly
class FailingVersionIntegrationTests {

	@TempDir
	private static Path configuration;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		configure("");
		master = Sample.ready((sample) -> sample.property("pm.groups.web.start-timeout", "40s")
			.property("spring.config.additional-location", "file:" + configuration + "/"));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			sample.fail-at-start=true                                           | exit code 1
			sample.exit-at-start=0                                              | exit code 0
			sample.hang-at-start=true                                           | not ready within 40s
			sample.fill-heap-at-start=true                                      | exit code 3, out of memory
			pm.groups.web.warm-up.paths=/slow?ms=-1                             | was answered with 500
			pm.groups.web.reload.health-group=unknown                           | the health group 'unknown'
			server.tomcat.threads.max=many                                      | server.tomcat.threads.max
			""")
	void aVersionThatFailsBeforeItServesCostsNothing(String line, String cause) throws Exception {
		assertRefused(line, cause);
	}

	@Test
	void aVersionWhoseHealthGroupIsDownCostsNothing() throws Exception {
		assertRefused(String.join("\n", "pm.groups.web.reload.health-group=deploy",
				"management.endpoint.health.group.deploy.include=diskSpace",
				"management.health.diskspace.threshold=100000TB"), "health group 'deploy' is DOWN");
	}

	private static void assertRefused(String configuration, String cause) throws Exception {
		GroupPart before = master.group("web");
		List<Long> pids = master.pids("web");
		try (LoadClient load = LoadClient.on(master.port()).connectionPerRequest(4).keepAlive(4).start()) {
			load.awaitAnswers(10);
			configure(configuration);
			ReloadPart reload = master.reload("web");
			assertThat(reload.outcome()).isEqualTo("FAILED");
			assertThat(reload.cause()).contains(cause);
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result + master.output().text()).isZero();
		}
		GroupPart after = master.group("web");
		assertThat(after.isComplete()).as(after.toString()).isTrue();
		assertThat(after.generation()).isEqualTo(before.generation());
		assertThat(master.pids("web")).isEqualTo(pids);
	}

	// What the next worker reads when it starts.
	private static void configure(String text) throws Exception {
		Files.writeString(configuration.resolve("application.properties"), text);
	}

}
