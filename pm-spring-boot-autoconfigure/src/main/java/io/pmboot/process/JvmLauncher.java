package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Forks workers as JVMs that run the application which this one runs. One thread forks,
 * and looks at intervals whether what a fork needs is there.
 */
public class JvmLauncher implements ProcessLauncher, AutoCloseable {

	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final Log logger = LogFactory.getLog(JvmLauncher.class);

	private final OwnLaunch own;

	private final JavaInstallation java;

	private final WorkingDirectory directory;

	/** Where the last worker was started, on the one thread only. */
	private @Nullable Path startedIn;

	private final Path runDirectory;

	private final Path controlSocket;

	private final Sink output;

	private final ScheduledThreadPoolExecutor forks = Threads.timer("pm-fork");

	private final Map<CompletableFuture<WorkerProcess>, WorkerLaunch> waiting = new ConcurrentHashMap<>();

	private final ArchiveCopies copies;

	private final List<BeforeFork> checks = new CopyOnWriteArrayList<>();

	private final Duration interval;

	/** What was wrong at the last look, on the one thread only. */
	private @Nullable String trouble;

	/** So that an old worker does not take its replacement's file away with its own. */
	private final AtomicLong argumentFiles = new AtomicLong();

	/**
	 * Creates a launcher.
	 * @param own how this JVM was started
	 * @param runDirectory the master's run directory, which exists when the first worker
	 * is forked
	 * @param controlSocket the path of the master's control socket
	 * @param output where the workers' output goes, in whole lines
	 */
	public JvmLauncher(OwnLaunch own, Path runDirectory, Path controlSocket, Sink output) {
		this(own, runDirectory, controlSocket, output, INTERVAL);
	}

	JvmLauncher(OwnLaunch own, Path runDirectory, Path controlSocket, Sink output, Duration interval) {
		this.interval = interval;
		this.own = own;
		this.java = new JavaInstallation(own.java());
		this.directory = WorkingDirectory.of(own.environment().get(WorkingDirectory.VARIABLE));
		this.runDirectory = runDirectory;
		this.controlSocket = controlSocket;
		this.output = output;
		this.copies = new ArchiveCopies(own, runDirectory);
		this.copies.removeLeftOvers();
	}

	/**
	 * Chooses how this JVM forks, unless that was chosen already: without the helper
	 * program of its JDK, which refuses a JVM of another build, so that nothing could be
	 * forked any more once the JDK's package was updated. To be called before the first
	 * fork: the JDK looks only then. Not VFORK, which would be quicker for a large heap:
	 * the child shares the memory of its parent, and a signal that comes at that moment
	 * harms both; newer JDKs print a warning.
	 */
	public static void chooseForkMechanism() {
		if (System.getProperty(JavaInstallation.FORK_MECHANISM) == null) {
			System.setProperty(JavaInstallation.FORK_MECHANISM, "FORK");
		}
	}

	/**
	 * The copies of the application that the workers are started from.
	 * @return the copies, kept in the run directory until this is closed
	 */
	public GenerationCopies copies() {
		return this.copies;
	}

	@Override
	public CompletionStage<WorkerProcess> launch(WorkerLaunch launch) {
		CompletableFuture<WorkerProcess> process = new CompletableFuture<>();
		this.waiting.put(process, launch);
		try {
			this.forks.execute(() -> fork(launch, process));
		}
		catch (RejectedExecutionException ex) {
			this.waiting.remove(process);
			process.completeExceptionally(this.forks.isShutdown() ? closed(launch) : failure(launch, ex));
		}
		return process.minimalCompletionStage();
	}

	private void fork(WorkerLaunch launch, CompletableFuture<WorkerProcess> process) {
		this.waiting.remove(process);
		try {
			process.complete(fork(launch));
		}
		catch (IOException | RuntimeException | Error ex) {
			process.completeExceptionally(failure(launch, ex));
		}
	}

	private static IOException closed(WorkerLaunch launch) {
		return new IOException("Worker %s is not forked: the launcher is closed".formatted(launch.worker()));
	}

	private IOException failure(WorkerLaunch launch, Throwable cause) {
		return new IOException("Worker %s of generation %d could not be forked with '%s': %s".formatted(launch.worker(),
				launch.generation(), this.own.java(), this.java.explain(cause.getMessage())), cause);
	}

	@Override
	public void beforeEachFork(BeforeFork check) {
		if (this.checks.isEmpty()) {
			this.forks.scheduleWithFixedDelay(this::look, this.interval.toMillis(), this.interval.toMillis(),
					TimeUnit.MILLISECONDS);
		}
		this.checks.add(check);
	}

	// What is wrong fails forks, with the reason, if there are any.
	private void look() {
		try {
			check();
			this.trouble = null;
		}
		catch (IOException | RuntimeException ex) {
			if (!ex.toString().equals(this.trouble)) {
				logger.warn("No worker can be forked as things are: " + ex.getMessage());
			}
			this.trouble = ex.toString();
		}
		catch (Error ex) {
			// The executor would end all further looks, and tell nobody.
			Threads.uncaught(ex);
		}
	}

	private void check() throws IOException {
		for (BeforeFork check : this.checks) {
			check.check();
		}
	}

	/**
	 * Forks nothing more: what waits fails. A fork that is under way completes, and
	 * processes live on, but no longer have their copies of the application.
	 */
	@Override
	public void close() {
		this.forks.shutdownNow();
		this.waiting.forEach((process, launch) -> process.completeExceptionally(closed(launch)));
		this.copies.close();
	}

	private WorkerProcess fork(WorkerLaunch launch) throws IOException {
		check();
		LaunchForm copy = this.copies.form(launch);
		LaunchForm form = (copy != null) ? copy : LaunchForm.ofWorker(this.own, launch.program());
		JavaCommand command = JavaCommand.of(this.own, launch, form, this.runDirectory, this.controlSocket);
		if (!command.isLong()) {
			return start(launch, command.line(null), null);
		}
		Path file = this.runDirectory.resolve(
				"%s-%d.%d.args".formatted(launch.worker(), launch.generation(), this.argumentFiles.incrementAndGet()));
		JavaCommand.writeArguments(file, command.options());
		try {
			return start(launch, command.line(file), file);
		}
		catch (IOException ex) {
			Files.deleteIfExists(file);
			throw ex;
		}
	}

	private WorkerProcess start(WorkerLaunch launch, List<String> line, @Nullable Path argumentFile)
			throws IOException {
		Path directory = directory();
		ProcessBuilder builder = new ProcessBuilder(line).directory(directory.toFile())
			.redirectInput(Redirect.from(new File("/dev/null")))
			.redirectErrorStream(true);
		JavaCommand.changeEnvironment(builder.environment(), launch);
		builder.environment().put(WorkingDirectory.VARIABLE, directory.toString());
		Path application = launch.program().application();
		ForkedProcess process = new ForkedProcess(launch.worker(), builder.start(), this.java,
				(application != null) ? this.directory.resolve(application) : null, argumentFile);
		try {
			process.readOutput(this.output);
		}
		catch (RejectedExecutionException ex) {
			// Nobody would know of this process.
			process.kill();
			throw ex;
		}
		return process;
	}

	private Path directory() {
		Path directory = this.directory.existing(this.runDirectory);
		if (!this.directory.isAt(directory) && !directory.equals(this.startedIn)) {
			logger.warn(
					"The directory %s, in which this master was started, is gone: workers start in %s, and relative paths in their options and configuration lead there"
						.formatted(this.directory, directory));
		}
		this.startedIn = directory;
		return directory;
	}

	/**
	 * Where the output of workers goes.
	 */
	@FunctionalInterface
	public interface Sink {

		/**
		 * Takes whole lines. May block for as long as nobody reads them.
		 * @param lines holds the lines from its first byte on; not kept
		 * @param length their length in bytes
		 * @param alive whether the worker that wrote them lives
		 */
		void write(byte[] lines, int length, BooleanSupplier alive);

	}

}
