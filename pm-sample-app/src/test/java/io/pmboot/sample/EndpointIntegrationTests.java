package io.pmboot.sample;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.GroupPart;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the master tells and takes; nothing that it is sent kills it. */
class EndpointIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static MasterProcess master;

	private static int secondPort;

	private static long masterPid;

	@BeforeAll
	static void start() throws Exception {
		secondPort = FreePort.next();
		master = Sample.launch((sample) -> sample.property("pm.groups.web.children", 1)
			.property("pm.groups.web.listen", sample.property("pm.groups.web.listen") + "," + secondPort)
			.property("pm.groups.jobs.children", 1)
			.property("sample.job-cron", "* * * * * *")
			.quick("jobs", true));
		master.awaitComplete("web");
		master.awaitComplete("jobs");
		masterPid = master.status().master().pid();
	}

	@AfterAll
	static void close() throws Exception {
		if (master != null) {
			master.close();
		}
	}

	@AfterEach
	void masterServesOn() throws Exception {
		assertThat(master.status().master().pid()).isEqualTo(masterPid);
	}

	@Test
	void statusNamesEveryGroupAndWorker() throws Exception {
		assertThat(master.status().groups()).containsOnlyKeys("web", "jobs", "echo");
		GroupPart web = master.group("web");
		assertThat(web.listen()).hasSize(2)
			.anySatisfy((address) -> assertThat(address).contains(Integer.toString(master.port())))
			.anySatisfy((address) -> assertThat(address).contains(Integer.toString(secondPort)));
		assertThat(master.group("jobs").listen()).isEmpty();
		assertThat(master.request("GET", "/actuator/pm/web", Map.of(), "").body())
			.contains("\"pid\":" + web.workers().get(0).pid());
	}

	@FullOnly
	@Test
	void readinessIsThatOfTheGroupsThatListen() throws Exception {
		assertThat(health("/readiness").status()).isEqualTo(200);
		ApplicationProcess.signal(master.pids("web").get(0), "KILL");
		Await.until(MasterProcess.TIMEOUT, "the master is not ready", () -> health("/readiness").status() == 503,
				master.output()::text);
		assertThat(health("/liveness").status()).isEqualTo(200);
		assertThat(health("").body()).contains("\"web\":{\"state\":\"RUNNING\",");
		master.awaitComplete("web");
		assertThat(health("/readiness").status()).isEqualTo(200);
	}

	private static HttpAnswer health(String group) throws Exception {
		return master.request("GET", "/actuator/health" + group, Map.of(), "");
	}

	@Test
	void workerServesOnEveryListenerAndKnowsWhoItIs() throws Exception {
		for (int port : new int[] { master.port(), secondPort }) {
			GroupPart web = master.group("web");
			assertThat(HttpConnection.once(port, "GET", "/whoami", Map.of(), "", TIMEOUT).body())
				.isEqualTo("{\"group\":\"web\",\"index\":0,\"generation\":%d,\"pid\":%d}".formatted(web.generation(),
						web.workers().get(0).pid()));
		}
	}

	@Test
	void jobRunsInItsGroupOnly() throws Exception {
		master.output().await("Job run 1 ", MasterProcess.TIMEOUT);
		assertThat(master.output().matching("Job run ")).allSatisfy((line) -> assertThat(line).contains("[jobs-0@"));
	}

	@Test
	void reloadRunsNoJobTwice() throws Exception {
		ReloadPart reload = master.reload("jobs");
		assertThat(reload.outcome()).as(reload + master.output().text()).isEqualTo("COMPLETED");
		long successor = master.pids("jobs").get(0);
		Await.until(MasterProcess.TIMEOUT, "jobs of the successor",
				() -> pids(master.output().matching("Job run ")).contains(successor), master.output()::text);
		List<String> runs = master.output().matching("Job run ");
		assertThat(
				runs.stream().map((line) -> Instant.parse(line.substring(line.lastIndexOf(' ') + 1)).getEpochSecond()))
			.as("slots of " + runs)
			.doesNotHaveDuplicates();
		List<Long> pids = pids(runs);
		assertThat(pids.lastIndexOf(pids.get(0))).as("the last of the first in " + runs)
			.isLessThan(pids.indexOf(successor));
		// The successor's start was no gap: it was ready before its predecessor ended.
		String steps = master.request("GET", "/actuator/pm/reloads", Map.of(), "").body();
		assertThat(steps.substring(steps.indexOf("\"id\":\"jobs-"))).containsSubsequence("\"READY\"", "\"DRAINING\"",
				"\"ACTIVATED\"");
	}

	private static List<Long> pids(List<String> lines) {
		return lines.stream().map((line) -> Long.valueOf(line.replaceAll(".* INFO (\\d+) --- .*", "$1"))).toList();
	}

	@FullOnly
	@Test
	void bareReloadReloadsEveryGroupAndRefusesAnother() throws Exception {
		int web = master.group("web").generation();
		HttpAnswer first = master.request("POST", "/actuator/pm/reload", Map.of(), "");
		assertThat(first.status()).as(first.body()).isEqualTo(202);
		HttpAnswer second = master.request("POST", "/actuator/pm/reload", Map.of(), "");
		assertThat(second.status()).as(second.body()).isEqualTo(409);
		String running = second.body().replaceAll("(?s).*\"running\":\"([^\"]+)\".*", "$1");
		// A group without workers is reloaded by now.
		assertThat(running).isSubstringOf(first.body());
		master.awaitGroup("web", "reloaded", (group) -> group.isComplete() && group.generation() > web);
		master.awaitGroup("jobs", "reloaded", (group) -> group.isComplete() && group.generation() > 1);
	}

	@Test
	void unknownGroupIsNotFound() throws Exception {
		HttpAnswer status = master.request("GET", "/actuator/pm/wbe", Map.of(), "");
		assertThat(status.status()).isEqualTo(404);
		HttpAnswer reload = master.post("/actuator/pm/reload", "{\"group\":\"wbe\"}");
		assertThat(reload.status()).isEqualTo(404);
		assertThat(reload.body()).contains("wbe", "web");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"group\":", "[]", "{\"group\":\"web\",\"wait\":\"perhaps\"}", "{\"group\":7,}" })
	void malformedRequestIsRefused(String body) throws Exception {
		HttpAnswer answer = master.post("/actuator/pm/reload", body);
		assertThat(answer.status()).as(answer.body()).isEqualTo(400);
	}

	@ParameterizedTest
	@CsvSource({ "GET, Origin, https://example.com", "POST, Origin, https://example.com", "GET, Host, example.com",
			"POST, Host, example.com", "POST, Origin, null" })
	void foreignOriginOrHostIsForbidden(String method, String header, String value) throws Exception {
		String target = method.equals("GET") ? "/actuator/pm" : "/actuator/pm/reload";
		HttpAnswer answer = master.request(method, target, Map.of(header, value), "");
		assertThat(answer.status()).as(answer.body()).isEqualTo(403);
	}

	@Test
	void strangerAtTheControlSocketIsTurnedAway() throws Exception {
		UnixDomainSocketAddress address = UnixDomainSocketAddress.of(master.runDirectory().resolve("control.sock"));
		try (SocketChannel stranger = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			stranger.connect(address);
			assertThat(endOf(stranger)).isTrue();
		}
		assertThat(master.group("web").isComplete()).isTrue();
	}

	// Blocks until the master closes the connection; the test as a whole is bounded.
	private static boolean endOf(SocketChannel channel) {
		try {
			channel.write(ByteBuffer.wrap("\u0000\u0000\u0000\u0001garbage".getBytes(StandardCharsets.US_ASCII)));
			return channel.read(ByteBuffer.allocate(16)) < 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

}
