package io.pmboot.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The sample as a process, with all that it forks; none of it outlives {@link #close}.
 */
public final class ApplicationProcess implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private final Process process;

	private final String mark;

	private final ApplicationOutput output = new ApplicationOutput();

	private final Thread killer = new Thread(this::killAll);

	public ApplicationProcess(Process process, String mark) {
		this.process = process;
		this.mark = mark;
		this.output.read(process.inputReader(), "output-" + process.pid());
		// For a test that is itself ended before its time.
		Runtime.getRuntime().addShutdownHook(this.killer);
	}

	public long pid() {
		return this.process.pid();
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	public ApplicationOutput output() {
		return this.output;
	}

	/**
	 * Types into its terminal.
	 * @param text what to type
	 * @throws IOException where there is nobody to read it
	 */
	public void type(String text) throws IOException {
		this.process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
		this.process.getOutputStream().flush();
	}

	public int awaitExit() throws InterruptedException {
		if (!this.process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
			throw new AssertionError("It does not exit" + System.lineSeparator() + this.output.text());
		}
		return this.process.exitValue();
	}

	/**
	 * Every living process of this launch, orphans included.
	 * @return the processes
	 */
	public List<ProcessHandle> family() {
		byte[] entry = (ApplicationLaunch.MARK + "=" + this.mark).getBytes(StandardCharsets.US_ASCII);
		return ProcessHandle.allProcesses().filter((process) -> hasInEnvironment(process, entry)).toList();
	}

	private static boolean hasInEnvironment(ProcessHandle process, byte[] entry) {
		try {
			byte[] environment = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
			return new String(environment, StandardCharsets.ISO_8859_1)
				.contains(new String(entry, StandardCharsets.ISO_8859_1));
		}
		catch (IOException ex) {
			// It has ended, or is somebody else's.
			return false;
		}
	}

	/**
	 * Sends a signal.
	 * @param pid to whom
	 * @param signal its name without SIG
	 */
	public static void signal(long pid, String signal) {
		try {
			Process kill = new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(signal, pid)).inheritIO().start();
			if (kill.waitFor() != 0) {
				throw new AssertionError("There is no process " + pid + " to send SIG" + signal);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Stops a process, and waits until each of its threads has: until then, one of them
	 * may still take a connection.
	 * @param pid the process
	 * @throws Exception where it does not stop
	 */
	public static void suspend(long pid) throws Exception {
		signal(pid, "STOP");
		Await.until(TIMEOUT, "every thread of " + pid + " has stopped", () -> threadStates(pid).matches("T+"),
				() -> "The states of its threads: " + threadStates(pid));
	}

	// proc(5): the state is the letter behind the name, which stands in parentheses.
	private static String threadStates(long pid) {
		try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
			StringBuilder states = new StringBuilder();
			for (Path thread : threads.toList()) {
				String stat = Files.readString(thread.resolve("stat"), StandardCharsets.ISO_8859_1);
				states.append(stat.charAt(stat.lastIndexOf(')') + 2));
			}
			return states.toString();
		}
		catch (NoSuchFileException ex) {
			return "(a thread ended meanwhile)";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		killAll();
		Runtime.getRuntime().removeShutdownHook(this.killer);
	}

	// The launched process first, so that it forks no more.
	private void killAll() {
		this.process.destroyForcibly();
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		for (List<ProcessHandle> left = family(); !left.isEmpty(); left = family()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("Cannot be killed: " + left);
			}
			left.forEach(ProcessHandle::destroyForcibly);
		}
	}

}
