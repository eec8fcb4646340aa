package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.pmboot.loop.Threads;

/**
 * The attempt to have a JVM dump its threads: SIGQUIT, which it answers on its output.
 * One that is stopped, or cannot stop its own threads, does not.
 */
final class ThreadDump {

	private static final String BEGIN = "Full thread dump";

	private final ProcessHandle process;

	private final WorkerOutput.LastLines output;

	ThreadDump(ProcessHandle process, WorkerOutput.LastLines output) {
		this.process = process;
		this.output = output;
	}

	/**
	 * Looks at the process and asks it for a dump, on a thread of its own.
	 * @param timeout how long the dump may take
	 * @return what was learned, after that time
	 */
	CompletionStage<String> take(Duration timeout) {
		CompletableFuture<Void> begun = this.output.await(BEGIN);
		CompletableFuture<String> asked = Threads.call("pm-dump-" + this.process.pid(), this::ask)
			.exceptionally((ex) -> "it could not be looked at: " + ex.getMessage());
		// The whole time: nothing tells where a dump ends.
		CompletableFuture<Void> over = new CompletableFuture<Void>().completeOnTimeout(null, timeout.toNanos(),
				TimeUnit.NANOSECONDS);
		return over.thenApply((none) -> "%s; %s".formatted(asked.getNow("the system does not tell its state in time"),
				begun.isDone() ? "its thread dump is in its output"
						: "it did not dump its threads within %d ms".formatted(timeout.toMillis())));
	}

	private String ask() {
		String report = ProcessReport.of(this.process.pid()).read();
		try {
			if (this.process.isAlive()) {
				// Java sends no signal but TERM and KILL; a shell is wherever Linux is.
				new ProcessBuilder("/bin/sh", "-c", "kill -QUIT " + this.process.pid())
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

}
