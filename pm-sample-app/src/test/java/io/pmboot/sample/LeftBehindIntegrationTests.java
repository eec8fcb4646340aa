package io.pmboot.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.pmboot.test.ApplicationProcess;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Programs that workers have started and that go on without them. */
class LeftBehindIntegrationTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(60);

	@FullOnly
	@Test
	void holdNoThreadDescriptorOrPortOfTheMaster() throws Exception {
		try (MasterProcess master = Sample.ready((sample) -> sample.property("pm.groups.web.children", 1))) {
			long pid = master.process().pid();
			assertThat(readers(pid)).isEqualTo(1);
			int descriptors = descriptors(pid, "pipe:").size();
			long worker = Long
				.parseLong(HttpConnection.once(master.port(), "POST", "/leave-behind", Map.of(), "", TIMEOUT).body());
			Await.until(TIMEOUT, "two programs run", () -> sleepers(master).size() == 2, () -> "");
			ApplicationProcess.signal(worker, "KILL");
			master.awaitGroup("web", "has another worker",
					(group) -> group.isComplete() && group.workers().get(0).pid() != worker);
			Await.until(TIMEOUT, "their output is let go",
					() -> readers(pid) == 1 && descriptors(pid, "pipe:").size() == descriptors,
					() -> master.output().text());
			assertThat(sleepers(master)).hasSize(2)
				.allSatisfy((sleeper) -> assertThat(descriptors(sleeper.pid(), "socket:")).isEmpty());
			stopAndBind(master);
		}
	}

	/**
	 * The JVM itself starts this one, and closes nothing before.
	 */
	@FullOnly
	@Test
	void holdNoPortWhereNativeCodeHasStartedThem() throws Exception {
		try (MasterProcess master = Sample.ready((sample) -> sample.property("pm.groups.web.children", 1)
			.property("pm.groups.web.jvm-options", "-Xmx64m,-XX:OnOutOfMemoryError=sleep 600 &"));
				HttpConnection filling = HttpConnection.open(master.port(), TIMEOUT)) {
			filling.send("POST", "/fill?ms=0", Map.of(), "");
			Await.until(TIMEOUT, "the program runs", () -> sleepers(master).size() == 1, () -> master.output().text());
			long sleeper = sleepers(master).get(0).pid();
			assertThat(descriptors(sleeper, "socket:"))
				.containsAnyElementsOf(descriptors(master.process().pid(), "socket:"));
			stopAndBind(master);
			assertThat(ProcessHandle.of(sleeper)).hasValueSatisfying(ProcessHandle::isAlive);
		}
	}

	private static void stopAndBind(MasterProcess master) throws Exception {
		ApplicationProcess.signal(master.process().pid(), "TERM");
		assertThat(master.process().awaitExit()).isEqualTo(143);
		assertThat(sleepers(master)).isNotEmpty();
		new ServerSocket(master.port()).close();
	}

	private static List<ProcessHandle> sleepers(MasterProcess master) {
		return master.process()
			.family()
			.stream()
			.filter((process) -> process.info().command().orElse("").endsWith("/sleep"))
			.toList();
	}

	// Threads by what the kernel knows of their names, which is their beginning.
	private static long readers(long pid) throws IOException {
		try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
			return threads.map((thread) -> read(thread.resolve("comm")))
				.filter((name) -> name.startsWith("pm-output-web"))
				.count();
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			// The thread has ended.
			return "";
		}
	}

	private static List<String> descriptors(long pid, String kind) {
		try (Stream<Path> links = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
			return links.map(LeftBehindIntegrationTests::target)
				.filter(Objects::nonNull)
				.filter((target) -> target.startsWith(kind))
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static @Nullable String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
