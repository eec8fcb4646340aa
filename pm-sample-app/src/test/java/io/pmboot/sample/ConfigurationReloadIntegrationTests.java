package io.pmboot.sample;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A group whose new version has another configuration, in files beside the jar. */
@FullOnly
class ConfigurationReloadIntegrationTests {

	@TempDir
	private static Path configuration;

	private static int first;

	private static int second;

	private static MasterProcess master;

	@BeforeAll
	static void start() throws Exception {
		first = FreePort.next();
		second = FreePort.next();
		// As a master reads it: its workers have not this profile.
		Files.writeString(configuration.resolve("application-master.properties"),
				"pm.groups.web.listen=${first.port}\n");
		configure("pm.groups.web.children=1");
		master = Sample.ready((sample) -> sample.property("pm.groups.web.listen", null)
			.property("spring.config.additional-location", "file:" + configuration + "/"));
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@Test
	void childrenAndListenersAreThoseOfTheNewVersionAndAnInvalidOneIsRefused() throws Exception {
		assertThat(get(first)).isEqualTo(200);
		Files.writeString(configuration.resolve("application-master.properties"),
				"pm.groups.web.listen=${first.port},127.0.0.1:" + second + "\n");
		configure("pm.groups.web.children=2");
		try (LoadClient load = LoadClient.on(first).connectionPerRequest(2).keepAlive(2).start()) {
			load.awaitAnswers(10);
			ReloadPart reload = master.reload("web");
			assertThat(reload.outcome()).as(reload + master.output().text()).isEqualTo("COMPLETED");
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result.toString()).isZero();
		}
		master.awaitComplete("web");
		GroupPart group = master.group("web");
		assertThat(group.children()).isEqualTo(2);
		assertThat(group.listen()).containsExactly(String.valueOf(first), "127.0.0.1:" + second);
		assertThat(get(first)).isEqualTo(200);
		assertThat(get(second)).isEqualTo(200);
		configure("", "pm.groups.web.children=-1");
		ReloadPart refused = master.reload("web");
		assertThat(refused.outcome()).isEqualTo("FAILED");
		assertThat(refused.cause()).contains("Property: pm.groups.web.children", "Value: \"-1\"",
				"Reason: must be 'auto' or a number from 0 to 1000");
		assertUnchanged(group);
	}

	@Test
	void anUnknownNameAndAPortThatIsTakenAreRefused() throws Exception {
		GroupPart group = master.group("web");
		configure("pm.groups.web.chidlren=3");
		ReloadPart refused = master.reload("web");
		assertThat(refused.outcome()).isEqualTo("FAILED");
		assertThat(refused.cause()).contains("Property: pm.groups.web.chidlren", "application.properties");
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				LoadClient load = LoadClient.on(first).connectionPerRequest(2).keepAlive(2).start()) {
			load.awaitAnswers(10);
			configure("pm.groups.web.children=2");
			Files.writeString(configuration.resolve("application-master.properties"),
					"pm.groups.web.listen=${first.port},127.0.0.1:" + taken.getLocalPort() + "\n");
			refused = master.reload("web");
			assertThat(refused.outcome()).isEqualTo("FAILED");
			assertThat(refused.cause()).contains("Group 'web' cannot listen on 127.0.0.1:" + taken.getLocalPort(),
					"another process listens there already");
			load.awaitAnswers(10);
			LoadResult result = load.stop();
			assertThat(result.failureCount()).as(result.toString()).isZero();
		}
		assertUnchanged(group);
	}

	private static void assertUnchanged(GroupPart before) throws Exception {
		GroupPart after = master.group("web");
		assertThat(after).extracting(GroupPart::state, GroupPart::generation, GroupPart::children, GroupPart::listen)
			.containsExactly("RUNNING", before.generation(), before.children(), before.listen());
		assertThat(after.workers()).hasSize(before.children()).allMatch((worker) -> worker.state().equals("READY"));
		assertThat(get(first)).isEqualTo(200);
	}

	private static int get(int port) throws Exception {
		return HttpConnection.once(port, "GET", "/hello", Map.of(), "", Duration.ofSeconds(10)).status();
	}

	private static void configure(String... lines) throws Exception {
		List<String> all = new ArrayList<>(List.of("first.port=" + first));
		all.addAll(List.of(lines));
		Files.write(configuration.resolve("application.properties"), all);
	}

}
