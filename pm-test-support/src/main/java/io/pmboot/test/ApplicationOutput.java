package io.pmboot.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** What a process and its workers have written, line by line. */
public final class ApplicationOutput {

	private final List<String> lines = new ArrayList<>();

	private boolean ended;

	/**
	 * Begins to read.
	 * @param reader what to read, to its end
	 * @param name names the thread that reads
	 */
	public void read(BufferedReader reader, String name) {
		Thread thread = new Thread(() -> {
			try (reader) {
				for (String line = reader.readLine(); line != null; line = reader.readLine()) {
					add(line);
				}
			}
			catch (IOException ex) {
				add("(output lost: " + ex + ")");
			}
			end();
		}, name);
		thread.setDaemon(true);
		thread.start();
	}

	private synchronized void add(String line) {
		this.lines.add(line);
		notifyAll();
	}

	private synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	/**
	 * Waits for a line.
	 * @param what the line in words
	 * @param line which line
	 * @param timeout how long to wait
	 * @return the first such line
	 * @throws InterruptedException when interrupted
	 */
	public synchronized String await(String what, Predicate<String> line, Duration timeout)
			throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		for (int i = 0;; i++) {
			while (i == this.lines.size()) {
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (this.ended || left <= 0) {
					throw new AssertionError("No line of output: " + what + System.lineSeparator() + text());
				}
				wait(left);
			}
			if (line.test(this.lines.get(i))) {
				return this.lines.get(i);
			}
		}
	}

	public String await(String text, Duration timeout) throws InterruptedException {
		return await(text, (line) -> line.contains(text), timeout);
	}

	/**
	 * Waits until nobody can write any more.
	 * @param timeout how long to wait
	 * @return everything that was written
	 * @throws InterruptedException when interrupted
	 */
	public synchronized String awaitEnd(Duration timeout) throws InterruptedException {
		long deadline = System.nanoTime() + timeout.toNanos();
		while (!this.ended) {
			long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
			if (left <= 0) {
				throw new AssertionError("The output does not end" + System.lineSeparator() + text());
			}
			wait(left);
		}
		return text();
	}

	public synchronized List<String> matching(String text) {
		return this.lines.stream().filter((line) -> line.contains(text)).toList();
	}

	public synchronized String text() {
		return String.join(System.lineSeparator(), this.lines);
	}

}
