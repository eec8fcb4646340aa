package io.pmboot.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

import io.pmboot.loop.Threads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link PmCommand} with a master that answers what a test wants.
 */
@Timeout(60)
class PmCommandTests {

	private static final String ENDED = """
			{"reloads":[{"id":"web-2","group":"web","fromGeneration":1,"toGeneration":2,"startedAt":"2026-07-01T10:15:30Z",\
			"endedAt":"2026-07-01T10:16:00Z","steps":[{"kind":"COPIED","generation":2,"at":"2026-07-01T10:15:31Z","tookMillis":1000},\
			{"kind":"FORKED","index":0,"generation":2,"at":"2026-07-01T10:15:31Z","tookMillis":0}],%s}]}""";

	private static final String BEGUN = """
			{"reloads":[{"id":"web-2","group":"web","fromGeneration":1,"toGeneration":2,"startedAt":"2026-07-01T10:15:30Z",\
			"steps":[{"kind":"COPIED","generation":2,"at":"2026-07-01T10:15:31Z","tookMillis":1000}]}]}""";

	private static final String ACCEPTED = """
			{"reloads":[{"id":"web-2","group":"web","fromGeneration":1,"toGeneration":2,"outcome":null,"cause":null}]}""";

	@TempDir
	private Path directory;

	private final Deque<String> answers = new ArrayDeque<>();

	private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	private ServerSocketChannel server;

	@BeforeEach
	void open() throws IOException {
		this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
			.bind(UnixDomainSocketAddress.of(this.directory.resolve("actuator.sock")));
		Threads.start("test-master", this::serve);
	}

	@AfterEach
	void close() throws IOException {
		this.server.close();
	}

	@Test
	void statusIsATableOrTheJson() {
		answer(200, StatusViewTests.STATUS);
		answer(200, StatusViewTests.STATUS);
		assertThat(run("status")).isEqualTo(ExitCode.DONE);
		assertThat(this.out.toString()).startsWith("Master 4710\n\nGROUP ").contains("\nweb-0   4711 ");
		this.out.reset();
		assertThat(run("status", "--json")).isEqualTo(ExitCode.DONE);
		assertThat(this.out).hasToString(StatusViewTests.STATUS + "\n");
		assertThat(this.requests).extracting((request) -> request.split(" HTTP")[0]).containsOnly("GET /actuator/pm");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			status web          | GET /actuator/pm/web      |
			scale web 3         | POST /actuator/pm/scale   | {"group":"web","children":3}
			scale web auto      | POST /actuator/pm/scale   | {"group":"web","children":"auto"}
			restart web         | POST /actuator/pm/restart | {"group":"web"}
			restart web 1       | POST /actuator/pm/restart | {"group":"web","index":1}
			stop web            | POST /actuator/pm/stop    | {"group":"web"}
			start a"b           | POST /actuator/pm/start   | {"group":"a\\"b"}
			cancel web-2        | POST /actuator/pm/cancel  | {"id":"web-2"}
			""")
	void operations(String line, String request, String body) {
		answer(202, "{\"name\":\"web\",\"state\":\"RUNNING\",\"generation\":1,\"children\":3,\"workers\":[]}");
		assertThat(run(line.split(" "))).as(this.err.toString()).isEqualTo(ExitCode.DONE);
		assertThat(this.requests).hasSize(1);
		assertThat(this.requests.get(0)).startsWith(request + " HTTP/1.1\r\n")
			.endsWith("\r\n\r\n" + ((body != null) ? body : ""));
		assertThat(this.out.toString()).contains("web");
	}

	@Test
	void aReloadThatHoldsIsShownUntilItDoesAndPromoted() {
		String holding = BEGUN.replace("\"tookMillis\":1000}]", "\"tookMillis\":1000},{\"kind\":\"HOLDING\","
				+ "\"generation\":2,\"at\":\"2026-07-01T10:15:41Z\",\"tookMillis\":10000},{\"kind\":\"DRAINED\","
				+ "\"index\":0,\"generation\":1,\"at\":\"2026-07-01T10:15:41Z\",\"tookMillis\":100}]");
		answer(202, ACCEPTED);
		answer(200, BEGUN);
		answer(200, holding);
		assertThat(run("--hold", "reload", "web")).isEqualTo(ExitCode.DONE);
		assertThat(this.requests.get(0)).endsWith("\r\n\r\n{\"group\":\"web\",\"hold\":true}");
		assertThat(this.err).hasToString("web-2 holds after its canary: promote web-2, or cancel web-2\n");
		answer(202, ACCEPTED);
		answer(200, ENDED.formatted("\"outcome\":\"COMPLETED\""));
		assertThat(run("promote", "web-2")).isEqualTo(ExitCode.DONE);
		assertThat(this.requests.get(3)).startsWith("POST /actuator/pm/promote ").endsWith("{\"id\":\"web-2\"}");
		assertThat(this.out.toString()).contains("web-2  COMPLETED after 30.0 s");
	}

	@Test
	void theOutputOfAWorkerIsShownAndFollowed() {
		answer(200, "{\"first\":8,\"lines\":[\"one\",\"two\\u001b[2J\"]}");
		answer(200, "{\"first\":10,\"lines\":[\"three\"]}");
		answer(404, "{\"error\":\"Group 'web' has no worker 0\"}");
		assertThat(run("logs", "web-0", "-f")).isEqualTo(ExitCode.FAILED);
		assertThat(this.out).hasToString("one\ntwo?[2J\nthree\n");
		assertThat(this.err).hasToString("Group 'web' has no worker 0\n");
		assertThat(this.requests).extracting((request) -> request.split(" HTTP")[0])
			.containsExactly("GET /actuator/pm/logs/web/0?lines=100", "GET /actuator/pm/logs/web/0?lines=1000&after=9",
					"GET /actuator/pm/logs/web/0?lines=1000&after=10");
	}

	@Test
	void theThreadsOfAWorkerAreTextOrJson() {
		answer(200, "\"main\" #1\n");
		assertThat(run("threads", "web-two-1")).isEqualTo(ExitCode.DONE);
		assertThat(this.out).hasToString("\"main\" #1\n");
		assertThat(this.requests.get(0)).startsWith("GET /actuator/pm/workers/web-two/1/threaddump ")
			.contains("Accept: text/plain\r\n");
		answer(200, "{\"threads\":[]}");
		assertThat(run("threads", "web-0", "--json")).isEqualTo(ExitCode.DONE);
		assertThat(this.out.toString()).endsWith("{\"threads\":[]}\n");
	}

	@Test
	void whatTheDoctorFoundIsListed() {
		answer(200, "{\"findings\":[{\"id\":\"open-files\",\"text\":\"Few.\"},"
				+ "{\"id\":\"http-session\",\"group\":\"web\",\"text\":\"In memory.\"}]}");
		assertThat(run("doctor")).isEqualTo(ExitCode.DONE);
		assertThat(this.out).hasToString("open-files: Few.\nweb http-session: In memory.\n");
		this.out.reset();
		answer(200, "{\"findings\":[]}");
		assertThat(run("doctor")).isEqualTo(ExitCode.DONE);
		assertThat(this.out).hasToString("Nothing was found\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "logs web", "logs web-x", "logs ../x-1", "threads 0", "status --hold", "reload -f" })
	void whatIsNoWorkerAndNoOptionHereIsWrongUsage(String line) {
		assertThat(run(line.split(" "))).isEqualTo(ExitCode.USAGE);
		assertThat(this.requests).isEmpty();
	}

	@Test
	void theEndpointMayBeElsewhere() {
		answer(200, StatusViewTests.STATUS);
		assertThat(run("status", "--path=/manage/pm")).isEqualTo(ExitCode.DONE);
		assertThat(this.requests.get(0)).startsWith("GET /manage/pm HTTP/1.1");
	}

	@Test
	void aReloadIsFollowedToItsEnd() {
		answer(202, ACCEPTED);
		answer(200, BEGUN);
		answer(200, ENDED.formatted("\"outcome\":\"COMPLETED\""));
		assertThat(run("reload", "web")).isEqualTo(ExitCode.DONE);
		assertThat(this.out.toString().lines()).extracting((line) -> line.substring(line.indexOf("web-2")))
			.containsExactly("web-2  group web from generation 1 to 2", "web-2  web COPIED, generation 2, after 1.0 s",
					"web-2  web-0 FORKED, generation 2, after 0.0 s", "web-2  COMPLETED after 30.0 s");
		assertThat(this.requests.get(0)).endsWith("\r\n\r\n{\"group\":\"web\"}");
		assertThat(this.err.toString()).isEmpty();
	}

	@Test
	void aReloadThatFailsTellsItsCause() {
		answer(202, ACCEPTED);
		answer(200, ENDED.formatted("\"outcome\":\"FAILED\",\"cause\":\"exit code 1\\nno \\u001bbean\""));
		assertThat(run("reload")).isEqualTo(ExitCode.FAILED);
		assertThat(this.err).hasToString("web-2 FAILED: exit code 1\nno ?bean\n");
		assertThat(this.requests.get(0)).endsWith("\r\n\r\n{}");
	}

	@Test
	void aReloadInLinesOfJson() throws Exception {
		answer(202, ACCEPTED);
		answer(200, BEGUN);
		answer(200, ENDED.formatted("\"outcome\":\"ROLLED_BACK\",\"cause\":\"no\""));
		assertThat(run("rollback", "web", "--json")).isEqualTo(ExitCode.FAILED);
		List<String> lines = this.out.toString().lines().toList();
		assertThat(lines).hasSize(4);
		assertThat(lines.get(0)).isEqualTo(ACCEPTED);
		assertThat(Json.read(lines.get(1)).at("id").text()).isEqualTo("web-2");
		assertThat(Json.read(lines.get(1)).at("step").at("kind").text()).isEqualTo("COPIED");
		assertThat(Json.read(lines.get(2)).at("step").at("kind").text()).isEqualTo("FORKED");
		assertThat(Json.read(lines.get(3)).at("outcome").text()).isEqualTo("ROLLED_BACK");
	}

	@Test
	void aReloadOnATerminalHasBars() {
		answer(202, ACCEPTED);
		answer(200, StatusViewTests.STATUS);
		answer(200, BEGUN);
		answer(200, ENDED.formatted("\"outcome\":\"COMPLETED\""));
		assertThat(run(new Terminal(printer(this.out), printer(this.err), true, false), "reload"))
			.isEqualTo(ExitCode.DONE);
		String text = this.out.toString();
		assertThat(text).contains("  web-1        [..................]\n")
			.contains("\u001b[4A\r\u001b[J")
			.endsWith("COMPLETED after 30.0 s\n\u001b[?7h");
		assertThat(text).contains("  web-0        [##################] FORKED\n");
	}

	@Test
	void whatIsRefusedIsTold() {
		answer(409, "{\"error\":\"Group 'web' is being reloaded\",\"running\":\"web-2\"}");
		assertThat(run("reload")).isEqualTo(ExitCode.FAILED);
		assertThat(this.err.toString()).startsWith("Group 'web' is being reloaded\n").contains("cancel web-2");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			404 | {"timestamp":"2026","status":404,"error":"Not Found","path":"/actuator/pm"} | --path=
			404 |                                                                             | --path=
			401 | <html>                                                                      | SecurityFilterChain
			405 | {"timestamp":"2026","status":405,"error":"Method Not Allowed"}              | read-only
			""")
	void anEndpointThatIsNotThereIsTold(int status, String body, String told) {
		answer(status, (body != null) ? body : "");
		assertThat(run("reload")).isEqualTo(ExitCode.FAILED);
		assertThat(this.err.toString()).contains("answers /actuator/pm with the status " + status, told);
	}

	@Test
	void aMasterThatEndsMeanwhileIsTold() {
		this.answers.add("");
		assertThat(run("status")).isEqualTo(ExitCode.FAILED);
		assertThat(this.err.toString()).contains("ended while it was asked");
	}

	@Test
	void whereNobodyListensThereIsNoMaster() throws Exception {
		this.server.close();
		// The thread that is in accept has the socket until it has been woken.
		await().untilAsserted(() -> {
			this.err.reset();
			assertThat(run("status")).isEqualTo(ExitCode.NO_MASTER);
		});
		assertThat(this.err.toString()).contains(this.directory + " (from --run-directory)", "profile 'master'");
		Files.writeString(this.directory.resolve("master.lock"), Long.toString(ProcessHandle.current().pid()));
		this.err.reset();
		assertThat(run("status")).isEqualTo(ExitCode.NO_MASTER);
		assertThat(this.err.toString()).contains("Process %d holds it".formatted(ProcessHandle.current().pid()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "statsu", "status a b", "scale web", "scale web x", "restart web -1", "status --jsn",
			"status ../x", "--run-directory=", "status --path=x", "help statsu" })
	void whatIsNotUnderstoodIsTold(String line) {
		assertThat(run(Arrays.stream(line.split(" ")).filter((word) -> !word.isEmpty()).toArray(String[]::new)))
			.isEqualTo(ExitCode.USAGE);
		assertThat(this.err.toString()).contains("help");
		assertThat(this.out.toString()).isEmpty();
		assertThat(this.requests).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "help", "--help", "help scale", "scale --help" })
	void helpNeedsNoMaster(String line) {
		assertThat(run(line.split(" "))).isEqualTo(ExitCode.DONE);
		assertThat(this.out.toString()).startsWith("Usage: ")
			.contains("scale group children", "--run-directory", "Exit codes");
		assertThat(this.out.toString().contains("rollback")).isEqualTo(!line.contains("scale"));
	}

	@Test
	void topTellsTheRateOfEachWorker() throws Exception {
		Top top = new Top(new Session(new Endpoint(new MasterSearch.Found(this.directory, ""), "/"),
				new Terminal(printer(this.out), printer(this.err), false, false), false));
		String worker = """
				{"master":{"pid":1},"groups":{"web":{"state":"RUNNING","generation":1,"children":1,"listen":[],"workers":[\
				{"index":0,"pid":7,"generation":1,"state":"READY","since":"2026-07-01T10:00:00Z","load":{"at":"%s","served":%d,"inFlight":1}}]}}}""";
		assertThat(top.lines(Json.read(worker.formatted("2026-07-01T10:00:02Z", 100))).get(6)).doesNotContain("25.0");
		assertThat(top.lines(Json.read(worker.formatted("2026-07-01T10:00:04Z", 150))).get(6)).contains(" 25.0 ");
		assertThat(top.lines(Json.read(worker.formatted("2026-07-01T10:00:04Z", 150))).get(6)).contains(" 25.0 ");
		assertThat(top.lines(Json.read(worker.formatted("2026-07-01T10:00:06Z", 150))).get(6)).contains(" 0.0 ");
	}

	private ExitCode run(String... arguments) {
		return run(new Terminal(printer(this.out), printer(this.err), false, false), arguments);
	}

	private ExitCode run(Terminal terminal, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--run-directory=" + this.directory));
		all.addAll(List.of(arguments));
		return PmCommand.run(all, terminal);
	}

	private static PrintStream printer(ByteArrayOutputStream out) {
		return new PrintStream(out, true, StandardCharsets.UTF_8);
	}

	private void answer(int status, String body) {
		this.answers.add("HTTP/1.1 %d \r\nContent-Length: %d\r\n\r\n%s".formatted(status, body.length(), body));
	}

	// Requests are short, and arrive whole.
	private void serve() {
		try {
			while (true) {
				try (SocketChannel connection = this.server.accept()) {
					ByteBuffer request = ByteBuffer.allocate(4096);
					connection.read(request);
					String text = StandardCharsets.UTF_8.decode(request.flip()).toString();
					if (text.startsWith("POST") && text.endsWith("\r\n\r\n")) {
						request.clear();
						connection.read(request);
						text += StandardCharsets.UTF_8.decode(request.flip());
					}
					this.requests.add(text);
					connection.write(StandardCharsets.UTF_8.encode(this.answers.remove()));
				}
			}
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

}
