package io.pmboot.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import io.pmboot.ExitStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Forks real JVMs, from the launch of the JVM that runs the tests.
 */
class JvmLauncherTests {

	@TempDir
	private Path runDirectory;

	private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private final PrintStream output = new PrintStream(new ByteArrayOutputStream()) {

		@Override
		public void write(byte[] bytes, int offset, int length) {
			new String(bytes, offset, length, StandardCharsets.UTF_8).lines().forEach(JvmLauncherTests.this.lines::add);
		}

	};

	private final List<WorkerProcess> forked = new ArrayList<>();

	@AfterEach
	void killWhatLives() {
		this.forked.forEach((process) -> {
			process.kill();
			join(process.exited());
		});
	}

	@Test
	void outputArrivesInOrderAndTheLastLinesAreKept() {
		WorkerProcess process = fork("lines", "120");
		assertThat(exit(process).code()).isZero();
		assertThat(this.lines).hasSize(121).startsWith("line 0", "line 1", "line 2").endsWith("line 119", "no end");
		assertThat(process.lastOutput(50).lines()).hasSize(50).startsWith("line 71").endsWith("line 119", "no end");
	}

	@Test
	void exitCodeIsReported() {
		assertThat(exit(fork("exit", "42"))).isEqualTo(new ExitStatus(42));
		assertThat(exit(fork("halt", "1"))).isEqualTo(new ExitStatus(1));
	}

	@Test
	void workerOutOfMemoryExitsAndSaysSo() {
		WorkerProcess process = fork(new WorkerLaunch.Program(List.of(), List.of("-Xmx16m", "-XX:TieredStopAtLevel=1"),
				List.of("outOfMemory"), Map.of()));
		assertThat(exit(process)).isEqualTo(new ExitStatus(3, true)).hasToString("exit code 3, out of memory");
	}

	@Test
	void exitCodeAloneIsNotOutOfMemory() {
		assertThat(exit(fork("exit", "3"))).isEqualTo(new ExitStatus(3, false)).hasToString("exit code 3");
	}

	@Test
	void exitReturnsSoThatAHookMayAwaitItsCaller() {
		WorkerProcess process = fork("exitFromHook", "7");
		assertThat(exit(process).code()).isEqualTo(7);
		assertThat(process.lastOutput(50).lines()).containsExactly("joined");
	}

	@Test
	void terminateSendsTerm() throws InterruptedException {
		WorkerProcess process = fork("wait");
		awaitLine("waiting");
		process.terminate();
		assertThat(exit(process)).hasToString("exit code 143 (SIGTERM)");
		assertThat(ProcessHandle.of(process.pid())).isEmpty();
		process.terminate();
		process.kill();
	}

	@Test
	void killSendsKill() throws InterruptedException {
		WorkerProcess process = fork("wait");
		awaitLine("waiting");
		process.kill();
		assertThat(exit(process)).hasToString("exit code 137 (SIGKILL)");
		assertThat(process.lastOutput(50).lines()).endsWith("waiting");
	}

	@Test
	void dumpGoesToTheOutputAndTheProcessLives() throws InterruptedException {
		WorkerProcess process = fork("wait");
		awaitLine("waiting");
		assertThat(join(process.dump(Duration.ofSeconds(3)))).contains("state S (sleeping), threads: ")
			.endsWith("its thread dump is in its output");
		awaitLine("Full thread dump");
		awaitLine("\"main\"");
		process.terminate();
		assertThat(exit(process).code()).isEqualTo(143);
	}

	@Test
	void stoppedProcessIsToldByItsState() throws Exception {
		WorkerProcess process = fork("wait");
		awaitLine("waiting");
		signal("STOP", process);
		await().until(() -> ProcessReport.read(process.pid()).matches("state T \\(stopped\\), threads: \\d+ T"));
		assertThat(join(process.dump(Duration.ofMillis(200)))).startsWith("state T (stopped), threads: ")
			.endsWith("it did not dump its threads within 200 ms");
		process.kill();
		assertThat(exit(process).code()).isEqualTo(137);
		assertThat(join(process.dump(Duration.ofMillis(1)))).contains("the system does not tell its state");
	}

	@Test
	void signalsAreHandledAndIgnored() throws Exception {
		WorkerProcess process = fork("signals");
		awaitLine("waiting");
		signal("INT", process);
		signal("USR1", process);
		awaitLine("USR1");
		awaitLine("SIGUSR1 was received");
		process.terminate();
		assertThat(exit(process).code()).isEqualTo(3);
		assertThat(process.lastOutput(50).lines()).endsWith("TERM");
	}

	@Test
	void argumentsPropertiesAndEnvironmentArriveExactly() {
		List<String> arguments = List.of("report", "", " ", "a b", "\"double\" 'single'", "back\\slash", "new\nline",
				"@file", "*", "$HOME", "\u00e4\u20ac\ud83d\ude00");
		WorkerProcess process = fork(new WorkerLaunch.Program(List.of("edge"),
				List.of("-Dtest.x=a b", "-Dtest.x=c \"d"), arguments, Map.of("TEST_VARIABLE", "\u00e4 'x'")));
		assertThat(exit(process).code()).isZero();
		assertThat(reported("argument ")).containsExactlyElementsOf(arguments);
		assertThat(reported("property ")).containsExactlyInAnyOrder("test.x c \"d", "pm.enabled true",
				"pm.worker.control-socket " + this.runDirectory.resolve("control.sock"),
				"pm.worker.run-directory " + this.runDirectory);
		assertThat(reported("variable ")).contains("TEST_VARIABLE \u00e4 'x'", "PM_WORKER_GROUP web",
				"PM_WORKER_INDEX 0", "PM_WORKER_GENERATION 1");
		assertThat(this.lines).contains("stdin -1");
	}

	@Test
	void classPathOf200KilobytesGoesThroughAnArgumentFile() throws Exception {
		Path classes = Files.createDirectories(this.runDirectory.resolve("a b\"c\\d'e #\u00e4/io/pmboot/process"));
		for (String name : List.of("FixtureProgram", "JvmExit")) {
			try (var source = FixtureProgram.class.getResourceAsStream(name + ".class")) {
				Files.copy(source, classes.resolve(name + ".class"));
			}
		}
		String classPath = "/no/such/directory:".repeat(11_000) + classes.getParent().getParent().getParent();
		String value = "x \"y\\z\n\u00e4";
		OwnLaunch own = new OwnLaunch(own().java(), List.of("-Dtest.own=" + value), List.of("-cp", classPath),
				List.of(FixtureProgram.class.getName()), List.of("wait"), List.of(), Map.of());
		WorkerProcess process = fork(launcher(own), program());
		assertThat(awaitLine("property test.own ")).isEqualTo("property test.own " + FixtureProgram.encode(value));
		awaitLine("waiting");
		assertThat(this.runDirectory.resolve("web-0-1.1.args")).isNotEmptyFile();
		process.terminate();
		exit(process);
		assertThat(this.runDirectory.resolve("web-0-1.1.args")).doesNotExist();
	}

	@Test
	void workersStartWhereTheMastersPathLeadsNow() throws IOException {
		Path release = Files.createDirectory(this.runDirectory.resolve("2")).toRealPath();
		Path current = Files.createSymbolicLink(this.runDirectory.resolve("current"), Path.of("").toAbsolutePath());
		OwnLaunch own = new OwnLaunch(own().java(), List.of(), List.of("-cp", System.getProperty("java.class.path")),
				List.of(FixtureProgram.class.getName()), List.of(), List.of(), Map.of("PWD", current.toString()));
		JvmLauncher launcher = launcher(own);
		Files.delete(current);
		Files.createSymbolicLink(current, release);
		WorkerProcess process = join(launcher.launch(launch(program("directory"))));
		assertThat(exit(process).code()).isZero();
		assertThat(process.lastOutput(50).lines()).containsExactly(release + " " + current);
		Files.delete(current);
		process = fork(launcher, program("directory"));
		assertThat(exit(process).code()).isZero();
		Path first = Path.of("").toAbsolutePath();
		assertThat(process.lastOutput(50).lines()).containsExactly(first + " " + first);
	}

	@Test
	void jvmThatDoesNotComeUpIsTold() {
		assertThat(noJvm("-XX:+NoSuchOption")).isEqualTo("Unrecognized VM option 'NoSuchOption'");
		assertThat(noJvm("-Xmx1k")).isEqualTo("Too small maximum heap");
		assertThat(noJvm("-javaagent:/no/such/agent.jar")).contains("/no/such/agent.jar");
	}

	@Test
	void agentThatCannotHaveItsPortIsTold() throws IOException {
		String advice = ". Each JVM opens that port, the master's too where it has the agent: ";
		try (ServerSocket taken = new ServerSocket(0)) {
			int port = taken.getLocalPort();
			assertThat(noJvm(134, "-javaagent:%s=%d".formatted(agent(), port)))
				.startsWith("an agent failed: Caused by: java.net.BindException: Address already in use" + advice)
				.contains("jvm-options", "0 for any free one", "%{index}", "stop-first");
			assertThat(noJvm(1, "-Dcom.sun.management.jmxremote.port=" + port,
					"-Dcom.sun.management.jmxremote.ssl=false", "-Dcom.sun.management.jmxremote.authenticate=false"))
				.contains("Port already in use: " + port + advice);
			assertThat(noJvm(2, "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=" + port)).startsWith(
					"an agent failed: ERROR: transport error 202: bind failed: Address already in use" + advice);
		}
		assertThat(noJvm(134, "-javaagent:%s=no port".formatted(agent())))
			.startsWith("an agent failed: Caused by: java.lang.NumberFormatException")
			.doesNotContain("Each JVM opens");
	}

	private Path agent() throws IOException {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().putValue("Premain-Class", PortAgent.class.getName());
		Path jar = this.runDirectory.resolve("agent.jar");
		new JarOutputStream(Files.newOutputStream(jar), manifest).close();
		return jar;
	}

	private String noJvm(String option) {
		return noJvm(1, option);
	}

	private String noJvm(int code, String... options) {
		WorkerProcess process = fork(
				new WorkerLaunch.Program(List.of(), List.of(options), List.of("exit", "0"), Map.of()));
		assertThat(exit(process).code()).as(String.join("\n", process.lastOutput(50).lines())).isEqualTo(code);
		return process.noJvm();
	}

	@Test
	void programThatFailsIsNoJvmThatDoesNotComeUp() {
		WorkerProcess process = fork("exit", "1");
		assertThat(exit(process).code()).isOne();
		assertThat(process.noJvm()).isNull();
		assertThat(process.noStarter()).isNull();
	}

	@Test
	void failingForkSaysWhatWasTriedAndWhy() {
		OwnLaunch own = new OwnLaunch(Path.of("/no/such/bin/java"), List.of(), List.of("-cp", "x".repeat(200_000)),
				List.of("App"), List.of(), List.of(), Map.of());
		JvmLauncher launcher = launcher(own);
		CompletionStage<WorkerProcess> failed = launcher.launch(launch(program()));
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> failed.toCompletableFuture().get(60, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOf(IOException.class)
			.withMessageContaining("web-0")
			.withMessageContaining("/no/such/bin/java")
			.withMessageContaining("No such file or directory")
			.withMessageContaining("start the master again");
		assertThat(this.runDirectory).isEmptyDirectory();
		launcher.close();
	}

	@Test
	void closedLauncherForksNothing() {
		JvmLauncher launcher = launcher(own());
		launcher.close();
		assertThat(launcher.launch(launch(program("lines", "1")))).failsWithin(60, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IOException.class)
			.withMessageContaining("closed");
	}

	@Test
	void whatForksNeedIsSeenToBeforeEachAndAtAnIntervalWhateverFailsOrForks() throws Exception {
		List<String> seen = new CopyOnWriteArrayList<>();
		AtomicReference<Throwable> failure = new AtomicReference<>(new IOException("no such luck"));
		try (JvmLauncher launcher = new JvmLauncher(own(), this.runDirectory, this.runDirectory.resolve("control.sock"),
				(lines, length, alive) -> {
				}, Duration.ofMillis(20))) {
			launcher.beforeEachFork(() -> seen.add(Thread.currentThread().getName()));
			launcher.beforeEachFork(() -> {
				if (failure.get() instanceof IOException ex) {
					throw ex;
				}
				if (failure.get() instanceof Error ex) {
					throw ex;
				}
			});
			await().until(() -> seen.size() > 3);
			assertThat(launcher.launch(launch(program("lines", "1")))).failsWithin(60, TimeUnit.SECONDS)
				.withThrowableThat()
				.withMessageContaining("no such luck");
			failure.set(new NoClassDefFoundError("of a jar that was damaged"));
			assertThat(launcher.launch(launch(program("lines", "1")))).failsWithin(60, TimeUnit.SECONDS)
				.withThrowableThat()
				.withMessageContaining("of a jar that was damaged");
			int before = seen.size();
			await().dontCatchUncaughtExceptions().until(() -> seen.size() > before + 3);
			failure.set(null);
			this.forked.add(join(launcher.launch(launch(program("lines", "1")))));
			assertThat(seen).containsOnly("pm-fork");
		}
	}

	@Test
	void noThreadBeforeTheFirstFork() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		try (JvmLauncher launcher = launcher(own())) {
			assertThat(launcher).isNotNull();
			assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !before.contains(thread))
				.extracting(Thread::getName)
				.doesNotContain("pm-fork");
		}
	}

	@Test
	void exitIsReportedThoughAGrandchildHoldsTheOutput() throws InterruptedException {
		WorkerProcess process = fork("grandchild");
		long pid = Long.parseLong(awaitLine("grandchild ").substring("grandchild ".length()));
		ProcessHandle grandchild = ProcessHandle.of(pid).orElseThrow();
		try {
			assertThat(exit(process).code()).isZero();
			assertThat(grandchild.isAlive()).isTrue();
			assertThat(process.lastOutput(50).lines()).containsExactly("grandchild " + pid);
			await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
				.noneMatch((name) -> name.startsWith("pm-output-")));
		}
		finally {
			grandchild.destroyForcibly();
			join(grandchild.onExit());
		}
	}

	private JvmLauncher launcher(OwnLaunch own) {
		return new JvmLauncher(own, this.runDirectory, this.runDirectory.resolve("control.sock"),
				(lines, length, alive) -> this.output.write(lines, 0, length));
	}

	private OwnLaunch own() {
		return OwnLaunch.read(FixtureProgram.class, List.of(), List.of("master", "prod"));
	}

	private WorkerLaunch.Program program(String... arguments) {
		return new WorkerLaunch.Program(List.of(), List.of("-XX:TieredStopAtLevel=1"), List.of(arguments), Map.of());
	}

	private WorkerLaunch launch(WorkerLaunch.Program program) {
		return new WorkerLaunch("web", 0, 1, program);
	}

	private WorkerProcess fork(String... arguments) {
		return fork(program(arguments));
	}

	private WorkerProcess fork(WorkerLaunch.Program program) {
		return fork(launcher(own()), program);
	}

	private WorkerProcess fork(JvmLauncher launcher, WorkerLaunch.Program program) {
		WorkerProcess process = join(launcher.launch(launch(program)));
		this.forked.add(process);
		launcher.close();
		return process;
	}

	private static void signal(String name, WorkerProcess process) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
	}

	private String awaitLine(String text) throws InterruptedException {
		String line;
		do {
			line = this.lines.poll(60, TimeUnit.SECONDS);
			assertThat(line).as("line that contains '%s'", text).isNotNull();
		}
		while (!line.contains(text));
		return line;
	}

	private List<String> reported(String kind) {
		return this.lines.stream()
			.filter((line) -> line.startsWith(kind))
			.map((line) -> URLDecoder.decode(line.substring(kind.length()), StandardCharsets.UTF_8))
			.toList();
	}

	private ExitStatus exit(WorkerProcess process) {
		return join(process.exited());
	}

	private static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
	}

}
