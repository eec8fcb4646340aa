package io.pmboot.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Redis server on a unix socket, with one subscriber; its own benchmark publishes.
 */
final class Redis implements AutoCloseable {

	private static final Pattern RESULT = Pattern.compile("([0-9.]+) requests per second");

	private final List<Process> processes = new ArrayList<>();

	private final String socket;

	private Redis(String socket) {
		this.socket = socket;
	}

	static Redis start() throws IOException, InterruptedException {
		Path directory = Files.createTempDirectory("redis");
		Redis redis = new Redis(directory.resolve("socket").toString());
		// For a benchmark that is ended before its time.
		Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
		try {
			redis.run("redis-server", "--port", "0", "--unixsocket", redis.socket, "--save", "", "--dir",
					directory.toString());
			while (!Files.exists(Path.of(redis.socket))) {
				Thread.sleep(10);
			}
			redis.run("redis-cli", "-s", redis.socket, "subscribe", "news");
		}
		catch (IOException ex) {
			System.out.println("Without Redis: " + ex.getMessage());
		}
		return redis;
	}

	private void run(String... command) throws IOException {
		this.processes.add(new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectErrorStream(true)
			.start());
	}

	OptionalLong measure(int count, int pipelined) throws IOException, InterruptedException {
		if (this.processes.size() < 2) {
			return OptionalLong.empty();
		}
		Process benchmark = new ProcessBuilder("redis-benchmark", "-s", this.socket, "-q", "-c", "1", "-n",
				Integer.toString(count), "-P", Integer.toString(pipelined), "publish", "news", "x".repeat(100))
			.redirectErrorStream(true)
			.start();
		String output = new String(benchmark.getInputStream().readAllBytes());
		benchmark.waitFor();
		Matcher result = RESULT.matcher(output);
		return result.find() ? OptionalLong.of(Math.round(Double.parseDouble(result.group(1)))) : OptionalLong.empty();
	}

	@Override
	public void close() {
		this.processes.forEach(Process::destroy);
	}

}
