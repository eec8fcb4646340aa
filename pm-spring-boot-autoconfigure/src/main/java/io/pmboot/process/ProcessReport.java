package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.pmboot.loop.Threads;

/**
 * What the system tells of a process and its threads, in a sentence: whether it is
 * stopped, waits for a disk, computes. And what a JVM tells by itself that is asked for a
 * dump of its threads (SIGQUIT): one that is stopped, or cannot stop its own threads,
 * tells nothing.
 */
final class ProcessReport {

	private static final int MAX_NAMED = 5;

	private static final String DUMP_BEGINS = "Full thread dump";

	private ProcessReport() {
	}

	/**
	 * Looks at a process that is hung, on a thread of its own, and asks it for a dump of
	 * its threads.
	 * @param process the process
	 * @param output what it writes
	 * @param timeout how long the dump may take
	 * @return what was learned, after that time; never exceptionally
	 */
	static CompletionStage<String> withThreadDump(ProcessHandle process, WorkerOutput.LastLines output,
			Duration timeout) {
		CompletableFuture<Void> begun = output.await(DUMP_BEGINS);
		CompletableFuture<String> asked = Threads.call("pm-dump-" + process.pid(), () -> ask(process))
			.exceptionally((ex) -> "it could not be looked at: " + ex.getMessage());
		// The whole time: nothing tells where a dump ends.
		CompletableFuture<Void> over = new CompletableFuture<Void>().completeOnTimeout(null, timeout.toNanos(),
				TimeUnit.NANOSECONDS);
		return over.thenApply((none) -> "%s; %s".formatted(asked.getNow("the system does not tell its state in time"),
				begun.isDone() ? "its thread dump is in its output"
						: "it did not dump its threads within %d ms".formatted(timeout.toMillis())));
	}

	private static String ask(ProcessHandle process) {
		String report = read(process.pid());
		try {
			if (process.isAlive()) {
				// Java sends no signal but TERM and KILL; a shell is wherever Linux is.
				new ProcessBuilder("/bin/sh", "-c", "kill -QUIT " + process.pid())
					.redirectInput(Redirect.from(new File("/dev/null")))
					.redirectErrorStream(true)
					.redirectOutput(Redirect.DISCARD)
					.start();
			}
			return report;
		}
		catch (IOException ex) {
			return report + "; it could not be asked for a thread dump (%s)".formatted(ex.getMessage());
		}
	}

	/**
	 * Looks now.
	 * @param pid whom at
	 * @return for instance {@code state T (stopped), threads: 31 T}; where the system
	 * does not tell, says so
	 */
	static String read(long pid) {
		Path process = Path.of("/proc", Long.toString(pid));
		try {
			return state(process) + threads(process);
		}
		catch (IOException | RuntimeException ex) {
			return "the system does not tell its state (%s)".formatted(ex);
		}
	}

	private static String state(Path process) throws IOException {
		String state = text(process.resolve("status")).lines()
			.filter((line) -> line.startsWith("State:"))
			.map((line) -> line.substring("State:".length()).trim())
			.findFirst()
			.orElse("unknown");
		return "state " + state;
	}

	private static String threads(Path process) throws IOException {
		Map<String, Integer> counts = new TreeMap<>();
		List<String> named = new ArrayList<>();
		try (DirectoryStream<Path> threads = Files.newDirectoryStream(process.resolve("task"))) {
			for (Path thread : threads) {
				String state = count(thread, counts);
				// Of those that run or wait for a device it matters which they are.
				if ((state.equals("R") || state.equals("D")) && named.size() < MAX_NAMED) {
					named.add(describe(thread, state));
				}
			}
		}
		return ", threads: " + counts.entrySet()
			.stream()
			.map((each) -> each.getValue() + " " + each.getKey())
			.collect(Collectors.joining(", ")) + (named.isEmpty() ? "" : " (" + String.join(", ", named) + ")");
	}

	private static String count(Path thread, Map<String, Integer> counts) {
		try {
			// proc(5): the state is the letter behind the name, which is in parentheses.
			String stat = text(thread.resolve("stat"));
			String state = stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
			counts.merge(state, 1, Integer::sum);
			return state;
		}
		catch (IOException | IndexOutOfBoundsException ex) {
			// It has ended meanwhile.
			return "";
		}
	}

	private static String describe(Path thread, String state) {
		String place = (state.equals("D")) ? textOrNothing(thread.resolve("wchan")) : "";
		return state + " " + textOrNothing(thread.resolve("comm"))
				+ ((place.isEmpty() || place.equals("0")) ? "" : " in " + place);
	}

	private static String textOrNothing(Path file) {
		try {
			return text(file);
		}
		catch (IOException ex) {
			return "";
		}
	}

	private static String text(Path file) throws IOException {
		return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).trim();
	}

}
