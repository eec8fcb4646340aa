package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

	/** What tells why there is no JVM, or no memory, is among the last of them. */
	private static final int TELLING_LINES = 50;

	private static final Log logger = LogFactory.getLog(ForkedProcess.class);

	private final String name;

	private final Process process;

	private final WorkerOutput.LastLines lastLines = new WorkerOutput.LastLines();

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
					this.noJvm = java.failure(ended.exitValue(), lastOutput(TELLING_LINES).lines());
					this.noStarter = (application != null) ? ApplicationJar.noStarter(application) : null;
					return status(ended.exitValue());
				});
		});
	}

	// Any program may exit with these codes: only what the JVM wrote last tells why.
	private ExitStatus status(int code) {
		boolean mayBe = code == 3 || code == 134;
		return new ExitStatus(code,
				mayBe && lastOutput(TELLING_LINES).lines()
					.stream()
					.anyMatch((line) -> OUT_OF_MEMORY.stream().anyMatch(line::startsWith)));
	}

	/**
	 * Begins to read the output, on a thread that ends with it.
	 * @param sink where it goes
	 */
	void readOutput(JvmLauncher.Sink sink) {
		Threads.start("pm-output-" + this.name, () -> copyOutput(sink));
	}

	private void copyOutput(JvmLauncher.Sink sink) {
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
		return ProcessReport.withThreadDump(this.process.toHandle(), this.lastLines, timeout);
	}

	@Override
	public CompletionStage<ExitStatus> exited() {
		return this.exited.minimalCompletionStage();
	}

	@Override
	public Output lastOutput(int max) {
		return this.lastLines.get(max);
	}

	@Override
	public @Nullable String noJvm() {
		return this.noJvm;
	}

	@Override
	public @Nullable String noStarter() {
		return this.noStarter;
	}

	/**
	 * The output of a process, whose pipe may be held open for ever by what the process
	 * has started. So it is read by an end of its own, because a read by that of the JDK
	 * cannot be ended; it would hold a thread of the JDK, too.
	 */
	private static final class OutputPipe extends InputStream {

		private static final int CHECK_SECONDS = 1;

		private final InputStream source;

		private final @Nullable FileChannel channel;

		private volatile boolean waiting;

		private volatile boolean ended;

		private OutputPipe(InputStream source, @Nullable FileChannel channel) {
			this.source = source;
			this.channel = channel;
		}

		/**
		 * Opens it. May wait, as what opens a pipe does.
		 * @param process a process that was just started
		 * @return the pipe; that of the JDK where there is no other
		 */
		static OutputPipe of(Process process) {
			Path end = Path.of("/proc", Long.toString(process.pid()), "fd", "1");
			try {
				if (Files.readSymbolicLink(end).toString().startsWith("pipe:")) {
					FileChannel channel = FileChannel.open(end, StandardOpenOption.READ);
					process.getInputStream().close();
					return new OutputPipe(Channels.newInputStream(channel), channel);
				}
			}
			catch (IOException | RuntimeException ex) {
				// It has ended already, or there is no such file system.
			}
			return new OutputPipe(process.getInputStream(), null);
		}

		@Override
		public int read() {
			throw new UnsupportedOperationException("Only whole buffers are read");
		}

		@Override
		public int read(byte[] bytes, int offset, int length) throws IOException {
			this.waiting = true;
			try {
				int read = this.source.read(bytes, offset, length);
				this.ended |= read < 0;
				return read;
			}
			catch (ClosedChannelException ex) {
				return -1;
			}
			finally {
				this.waiting = false;
			}
		}

		/**
		 * Ends it as soon as it is empty: its process has exited.
		 * @param onHeld runs if others hold it open
		 */
		void endOnceEmpty(Runnable onHeld) {
			if (this.channel != null) {
				later(() -> check(false, onHeld));
			}
		}

		// Waiting twice: once may be the moment before something is read.
		private void check(boolean before, Runnable onHeld) {
			boolean now = this.waiting;
			if (now && before) {
				onHeld.run();
				close();
			}
			else if (!this.ended) {
				later(() -> check(now, onHeld));
			}
		}

		private static void later(Runnable check) {
			CompletableFuture.delayedExecutor(CHECK_SECONDS, TimeUnit.SECONDS).execute(check);
		}

		@Override
		public void close() {
			this.ended = true;
			try {
				this.source.close();
			}
			catch (IOException ex) {
				// Nothing of it is wanted any more.
			}
		}

	}

}
