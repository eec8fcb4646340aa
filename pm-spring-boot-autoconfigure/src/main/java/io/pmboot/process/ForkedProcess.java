package io.pmboot.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.pmboot.ExitStatus;
import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A process that this JVM has forked.
 */
final class ForkedProcess implements WorkerProcess {

	// After the exit only what the pipe still holds is left to read; but what the worker
	// has started may hold the pipe open for ever.
	private static final int OUTPUT_SECONDS = 1;

	// What HotSpot writes with ExitOnOutOfMemoryError and CrashOnOutOfMemoryError
	// (report_java_out_of_memory in its debug.cpp).
	private static final List<String> OUT_OF_MEMORY = List.of("Terminating due to java.lang.OutOfMemoryError",
			"Aborting due to java.lang.OutOfMemoryError");

	private static final Log logger = LogFactory.getLog(ForkedProcess.class);

	private final String name;

	private final Process process;

	private final LastLines lastLines = new LastLines();

	private final CompletableFuture<Void> outputEnded = new CompletableFuture<>();

	private final CompletableFuture<ExitStatus> exited;

	private volatile @Nullable String noJvm;

	private volatile @Nullable String noStarter;

	/**
	 * Creates the handle on a process.
	 * @param name the worker's name
	 * @param process the process, its output and errors in one stream
	 * @param java the Java that it was started with
	 * @param application the jar that it runs, if that is another than the master's
	 * @param argumentFile a file to be deleted after the exit
	 */
	ForkedProcess(String name, Process process, JavaInstallation java, @Nullable Path application,
			@Nullable Path argumentFile) {
		this.name = name;
		this.process = process;
		this.exited = process.onExit().thenCompose((ended) -> {
			delete(argumentFile);
			return this.outputEnded.copy()
				.completeOnTimeout(null, OUTPUT_SECONDS, TimeUnit.SECONDS)
				.thenApply((ignored) -> {
					String failure = JvmFailure.in(ended.exitValue(), this.lastLines.get());
					this.noJvm = (failure != null) ? java.explain(failure) : null;
					this.noStarter = (application != null) ? ApplicationJar.noStarter(application) : null;
					return status(ended.exitValue());
				});
		});
	}

	// Any program may exit with these codes: only what the JVM wrote last tells why.
	private ExitStatus status(int code) {
		boolean mayBe = code == 3 || code == 134;
		return new ExitStatus(code, mayBe
				&& this.lastLines.get().stream().anyMatch((line) -> OUT_OF_MEMORY.stream().anyMatch(line::startsWith)));
	}

	/**
	 * Begins to read the output, on a thread that ends with it.
	 * @param sink where it goes
	 */
	void readOutput(WorkerSink sink) {
		Threads.start("pm-output-" + this.name, () -> copyOutput(sink));
	}

	private void copyOutput(WorkerSink sink) {
		try (OutputPipe pipe = OutputPipe.of(this.process)) {
			this.exited.thenRun(() -> pipe.endOnceEmpty(this::outputIsHeld));
			new WorkerOutput(pipe, sink, this.process::isAlive, this.lastLines).copy();
		}
		catch (IOException ex) {
			logger.warn("The output of worker %s (pid %d) could not be read to its end".formatted(this.name, pid()),
					ex);
		}
		finally {
			this.outputEnded.complete(null);
		}
	}

	private void outputIsHeld() {
		logger.warn("Worker %s (pid %d) has exited, and what it has started holds its output, which is closed now"
			.formatted(this.name, pid()));
	}

	private static void delete(@Nullable Path file) {
		try {
			if (file != null) {
				Files.deleteIfExists(file);
			}
		}
		catch (IOException ex) {
			logger.warn("The argument file of a worker that has exited could not be deleted", ex);
		}
	}

	@Override
	public long pid() {
		return this.process.pid();
	}

	// By the handle: the process would close its output too, and lose the last lines. The
	// handle compares the start time, so that a pid used again is not hit.
	@Override
	public void terminate() {
		if (this.process.isAlive()) {
			this.process.toHandle().destroy();
		}
	}

	@Override
	public void kill() {
		if (this.process.isAlive()) {
			this.process.toHandle().destroyForcibly();
		}
	}

	@Override
	public CompletionStage<String> dump(Duration timeout) {
		return new ThreadDump(this.process.toHandle(), this.lastLines).take(timeout);
	}

	@Override
	public CompletionStage<ExitStatus> exited() {
		return this.exited.minimalCompletionStage();
	}

	@Override
	public List<String> lastOutput() {
		return this.lastLines.get();
	}

	@Override
	public @Nullable String noJvm() {
		return this.noJvm;
	}

	@Override
	public @Nullable String noStarter() {
		return this.noStarter;
	}

}
