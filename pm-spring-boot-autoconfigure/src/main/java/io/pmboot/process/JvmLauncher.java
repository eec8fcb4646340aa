package io.pmboot.process;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Forks workers as JVMs that run the application which this one runs. One thread forks,
 * and there is none while nothing is forked.
 */
public class JvmLauncher implements ProcessLauncher, AutoCloseable {

	static final String WORKING_DIRECTORY = "PWD";

	private static final Log logger = LogFactory.getLog(JvmLauncher.class);

	private final OwnLaunch own;

	private final JavaInstallation java;

	private final WorkingDirectory directory;

	/** Where the last worker was started, on the one thread only. */
	private @Nullable Path startedIn;

	private final Path runDirectory;

	private final Path controlSocket;

	private final WorkerSink output;

	private final ThreadPoolExecutor forks;

	private final ArchiveCopies copies;

	private volatile BeforeFork beforeFork = () -> {
	};

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
	public JvmLauncher(OwnLaunch own, Path runDirectory, Path controlSocket, WorkerSink output) {
		this.own = own;
		this.java = new JavaInstallation(own.java());
		this.directory = WorkingDirectory.of(own.environment().get(WORKING_DIRECTORY));
		this.runDirectory = runDirectory;
		this.controlSocket = controlSocket;
		this.output = output;
		this.forks = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				JvmLauncher::forkThread, (task, executor) -> ((Fork) task).refuse());
		this.forks.allowCoreThreadTimeOut(true);
		this.copies = new ArchiveCopies(own, runDirectory);
		this.copies.removeLeftOvers();
	}

	/**
	 * The copies of the application that the workers are started from.
	 * @return the copies, kept in the run directory until this is closed
	 */
	public GenerationCopies copies() {
		return this.copies;
	}

	private static Thread forkThread(Runnable task) {
		Thread thread = new Thread(task, "pm-fork");
		thread.setDaemon(true);
		return thread;
	}

	@Override
	public CompletionStage<WorkerProcess> launch(WorkerLaunch launch) {
		Fork fork = new Fork(launch);
		try {
			this.forks.execute(fork);
		}
		catch (OutOfMemoryError ex) {
			// No thread is to be had: this fork fails, the master goes on.
			fork.fail(ex);
		}
		return fork.result.minimalCompletionStage();
	}

	@Override
	public void beforeEachFork(BeforeFork check) {
		this.beforeFork = check;
	}

	/**
	 * Forks nothing more: what waits fails. A fork that is under way completes, and
	 * processes live on, but no longer have their copies of the application.
	 */
	@Override
	public void close() {
		this.forks.shutdownNow().forEach((task) -> ((Fork) task).refuse());
		this.copies.close();
	}

	private WorkerProcess fork(String name, WorkerLaunch launch) throws IOException {
		this.beforeFork.check();
		LaunchForm copy = this.copies.form(launch);
		LaunchForm form = (copy != null) ? copy : WorkerForm.of(this.own, launch.program());
		JavaCommand command = JavaCommand.of(this.own, launch, form, this.runDirectory, this.controlSocket);
		if (!command.isLong()) {
			return start(name, launch, command.line(), command.environment(), null);
		}
		Path file = this.runDirectory
			.resolve("%s-%d.%d.args".formatted(name, launch.generation(), this.argumentFiles.incrementAndGet()));
		ArgumentFile.write(file, command.filed());
		try {
			return start(name, launch, command.line(file), command.environment(), file);
		}
		catch (IOException ex) {
			Files.deleteIfExists(file);
			throw ex;
		}
	}

	private WorkerProcess start(String name, WorkerLaunch launch, List<String> line, WorkerEnvironment environment,
			@Nullable Path argumentFile) throws IOException {
		ProcessBuilder builder = new ProcessBuilder(line).redirectInput(Redirect.from(new File("/dev/null")))
			.redirectErrorStream(true);
		environment.applyTo(builder.environment());
		Path directory = directory();
		builder.directory(directory.toFile()).environment().put(WORKING_DIRECTORY, directory.toString());
		Path application = launch.program().application();
		ForkedProcess process = new ForkedProcess(name, builder.start(), this.java,
				(application != null) ? this.directory.resolve(application) : null, argumentFile);
		try {
			process.readOutput(this.output);
		}
		catch (OutOfMemoryError ex) {
			// No thread is to be had; and nobody would know of this process.
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
	 * A fork that waits, or is under way.
	 */
	private final class Fork implements Runnable {

		private final WorkerLaunch launch;

		private final CompletableFuture<WorkerProcess> result = new CompletableFuture<>();

		Fork(WorkerLaunch launch) {
			this.launch = launch;
		}

		@Override
		public void run() {
			try {
				this.result.complete(fork(name(), this.launch));
			}
			catch (IOException | RuntimeException | OutOfMemoryError ex) {
				fail(ex);
			}
		}

		void fail(Throwable cause) {
			this.result.completeExceptionally(failure(cause));
		}

		void refuse() {
			this.result.completeExceptionally(
					new IOException("Worker %s is not forked: the launcher is closed".formatted(name())));
		}

		private IOException failure(Throwable cause) {
			return new IOException("Worker %s of generation %d could not be forked with '%s': %s".formatted(name(),
					this.launch.generation(), JvmLauncher.this.own.java(),
					JvmLauncher.this.java.explain(cause.getMessage())), cause);
		}

		private String name() {
			return this.launch.group() + "-" + this.launch.index();
		}

	}

}
