package io.pmboot.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FreePort;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpClient;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.LoadClient;
import io.pmboot.test.LoadKind;
import io.pmboot.test.LoadResult;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.MasterStatus.ReloadPart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The master as a service: of a peer that does what systemd does, in Python, and of
 * systemd's own tool for socket activation.
 */
@FullOnly
class SystemdIntegrationTests {

	private static final Path PEER = Path.of("..", "scripts", "systemd-peer.py");

	@TempDir
	private Path configuration;

	@Test
	void isToldOfStartReloadFailedReloadAndStopInOrder() throws Exception {
		configure("");
		List<String> starter = peer("--watchdog", "4");
		try (MasterProcess service = Sample.ready((sample) -> oneWorker(sample)
			.property("spring.config.additional-location", "file:" + this.configuration + "/")
			.startedBy(starter))) {
			service.output().await("READY=1", MasterProcess.TIMEOUT);
			long master = service.status().master().pid();
			// To the peer, which sends it to the service as a reload does.
			ApplicationProcess.signal(service.process().pid(), "HUP");
			service.awaitGroup("web", "reloaded", (web) -> web.generation() == 2 && web.isComplete());
			configure("sample.fail-at-start=true");
			ReloadPart failed = service.reload("web");
			assertThat(failed.outcome()).isEqualTo("FAILED");
			ApplicationProcess.signal(service.process().pid(), "TERM");
			assertThat(service.process().awaitExit()).isEqualTo(143);
			String output = service.output().awaitEnd(MasterProcess.TIMEOUT);
			List<Message> messages = Message.all(service);
			assertThat(messages).as(output).allMatch((message) -> message.sender() == master);
			assertThat(messages).filteredOn((message) -> message.text().startsWith("MONOTONIC", 12))
				.hasSize(2)
				.allSatisfy((reloading) -> assertThat(reloading.monotonic()).isBetween(messages.get(0).receivedAt(),
						reloading.receivedAt()));
			assertThat(messages.stream().map(Message::phase).filter((phase) -> !phase.isEmpty())).as(output)
				.containsExactly("READY", "RELOADING", "READY", "RELOADING", "READY", "STOPPING");
			assertThat(messages.stream().map(Message::text)).as(output)
				.contains("READY=1|MAINPID=" + master)
				.anyMatch((text) -> text.startsWith("WATCHDOG=1"))
				.anyMatch((text) -> text.startsWith("STATUS=web: 1 of 1 ready"))
				.anyMatch((text) -> text.contains(", RELOADING (reload web-2 is under way)"))
				.anyMatch((text) -> text.startsWith("STATUS=")
						&& text.contains(", reload web-3 FAILED: web-0 (generation 3, "))
				.anyMatch((text) -> text.contains("web: 0 of 1 ready, STOPPED (the master is stopping)"));
		}
	}

	@Test
	void refusesNobodyWhileItIsKilledAndStartedAgain(@TempDir Path folder) throws Exception {
		int port = FreePort.next();
		Path socket = folder.resolve("web.sock");
		// By its name, and by its address.
		List<String> starter = peer("--listen", "web=127.0.0.1:" + port, "--listen", "app.socket=" + socket);
		try (MasterProcess service = Sample
			.ready((sample) -> oneWorker(sample).startedBy(starter).property("pm.groups.web.listen", "unix:" + socket));
				LoadClient before = patient((timeout) -> HttpConnection.open(port, patience()), 8).start()) {
			assertThat(service.group("web").listen()).containsExactly("unix:" + socket, "127.0.0.1:" + port);
			before.awaitAnswers(20);
			for (int i = 0; i < 2; i++) {
				long killed = service.status().master().pid();
				ApplicationProcess.signal(killed, "KILL");
				int kills = i + 1;
				Await.until(MasterProcess.TIMEOUT, "the master is dead",
						() -> service.output().matching("exited -9").size() == kills, service.output()::text);
				try (LoadClient meanwhile = patient((timeout) -> HttpConnection.open(port, patience()), 40).start();
						LoadClient onSocket = patient((timeout) -> HttpConnection.open(socket), 10)) {
					service.awaitGroup("web", "there again", (web) -> web.isComplete());
					onSocket.start();
					meanwhile.awaitAnswers(40);
					onSocket.awaitAnswers(10);
					assertNoneFailed(service, meanwhile.stop());
					assertNoneFailed(service, onSocket.stop());
				}
				assertThat(service.status().master().pid()).isNotEqualTo(killed);
			}
			before.awaitAnswers(20);
			assertNoneFailed(service, before.stop());
			ApplicationProcess.signal(service.process().pid(), "TERM");
			assertThat(service.process().awaitExit()).isEqualTo(143);
			assertThat(socket).exists();
		}
	}

	@Test
	void isStartedByTheFirstConnection(@TempDir Path folder) throws Exception {
		assumeTrue(runs("systemd-socket-activate", "--version"), "systemd-socket-activate is not installed");
		int port = FreePort.next();
		Path socket = folder.resolve("web.sock");
		List<String> starter = List.of("systemd-socket-activate", "-l", "127.0.0.1:" + port, "-l", socket.toString(),
				"--fdname=web:web", "-E", ApplicationLaunch.MARK);
		try (MasterProcess service = Sample.launch((sample) -> oneWorker(sample).startedBy(starter)
			.property("pm.groups.web.listen", null)
			.property("pm.groups.web.listen[0]", "127.0.0.1:" + port))) {
			service.output().await("Listening on " + socket, MasterProcess.TIMEOUT);
			assertThat(HttpConnection.once(port, "GET", "/first", Map.of(), "", patience()).body()).isEqualTo("/first");
			// It has become the master, which started once more from its own copy.
			assertThat(service.status().master().pid()).isEqualTo(service.process().pid());
			service.awaitComplete("web");
			assertThat(service.group("web").listen()).containsExactly("127.0.0.1:" + port, "unix:" + socket);
			try (HttpConnection connection = HttpConnection.open(socket)) {
				assertThat(connection.get("/second").body()).isEqualTo("/second");
			}
		}
	}

	@Test
	void aSocketThatIsNoGroupsFailsTheStart() throws Exception {
		List<String> starter = peer("--listen", "app.socket=127.0.0.1:" + FreePort.next());
		try (MasterProcess service = Sample.launch((sample) -> oneWorker(sample).startedBy(starter))) {
			service.output().await("A listener was passed to this master that is no group's", MasterProcess.TIMEOUT);
			assertThat(service.process().awaitExit()).isEqualTo(1);
		}
	}

	private static void assertNoneFailed(MasterProcess service, LoadResult result) {
		assertThat(result.failureCount()).as(result + service.output().text()).isZero();
	}

	private static LoadClient patient(HttpConnection.Opener opener, int clients) {
		return LoadClient.on(0)
			.add(LoadKind.CONNECTION_PER_REQUEST, clients, (number) -> new HttpClient(opener, true, Duration.ZERO));
	}

	// A master that is started again, with its workers, on a busy machine.
	private static Duration patience() {
		return MasterProcess.TIMEOUT;
	}

	private static ApplicationLaunch oneWorker(ApplicationLaunch sample) {
		return sample.property("pm.groups.web.children", 1);
	}

	private static List<String> peer(String... options) throws Exception {
		String python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : "python3";
		assumeTrue(runs(python, "--version"), "python3 is not installed");
		List<String> command = new ArrayList<>(List.of(python, PEER.toString()));
		command.addAll(List.of(options));
		command.add("--");
		return command;
	}

	private static boolean runs(String... command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start();
			return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	// What the next worker reads when it starts.
	private void configure(String text) throws IOException {
		Files.writeString(this.configuration.resolve("application.properties"), text);
	}

	/**
	 * A message, as the peer prints it.
	 *
	 * @param sender the process that sent it
	 * @param receivedAt when, in microseconds
	 * @param text its lines, with bars between them
	 */
	private record Message(long sender, long receivedAt, String text) {

		static List<Message> all(MasterProcess service) {
			return service.output()
				.matching("notify ")
				.stream()
				.filter((line) -> line.startsWith("notify "))
				.map((line) -> {
					String[] parts = line.split(" ", 4);
					return new Message(Long.parseLong(parts[1]), Long.parseLong(parts[2]), parts[3]);
				})
				.toList();
		}

		String phase() {
			return this.text.matches("(READY|RELOADING|STOPPING)=1.*") ? this.text.substring(0, this.text.indexOf('='))
					: "";
		}

		long monotonic() {
			return Long.parseLong(this.text.replaceAll(".*MONOTONIC_USEC=(\\d+).*", "$1"));
		}

	}

}
