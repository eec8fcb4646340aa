package io.pmboot.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the system tells of a process and its threads, in a sentence: whether it is
 * stopped, waits for a disk, computes.
 */
final class ProcessReport {

	private static final int MAX_NAMED = 5;

	private final Path process;

	ProcessReport(Path process) {
		this.process = process;
	}

	static ProcessReport of(long pid) {
		return new ProcessReport(Path.of("/proc", Long.toString(pid)));
	}

	/**
	 * Looks now.
	 * @return for instance {@code state T (stopped), threads: 31 T}; where the system
	 * does not tell, says so
	 */
	String read() {
		try {
			return state() + threads();
		}
		catch (IOException | RuntimeException ex) {
			return "the system does not tell its state (%s)".formatted(ex);
		}
	}

	private String state() throws IOException {
		String state = text(this.process.resolve("status")).lines()
			.filter((line) -> line.startsWith("State:"))
			.map((line) -> line.substring("State:".length()).trim())
			.findFirst()
			.orElse("unknown");
		return "state " + state;
	}

	private String threads() throws IOException {
		Map<String, Integer> counts = new TreeMap<>();
		List<String> named = new ArrayList<>();
		try (DirectoryStream<Path> threads = Files.newDirectoryStream(this.process.resolve("task"))) {
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

	private String count(Path thread, Map<String, Integer> counts) {
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
