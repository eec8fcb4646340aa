package io.pmboot.master;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.pmboot.ExitStatus;
import io.pmboot.loop.EventLoop;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * The process of a worker, from the order to fork it to its exit.
 */
final class Fork {

	private final Outside outside;

	private @Nullable WorkerProcess process;

	private @Nullable Ultimatum ultimatum;

	Fork(Outside outside) {
		this.outside = outside;
	}

	/**
	 * Forks, and returns at once.
	 * @param launch what to fork
	 * @param onForked runs on the loop when the fork has ended, with why there is no
	 * process, or {@code null}
	 * @param onExited runs on the loop when the process has ended, with how, and the
	 * process
	 */
	void begin(WorkerLaunch launch, Consumer<@Nullable String> onForked,
			BiConsumer<ExitStatus, WorkerProcess> onExited) {
		EventLoop loop = this.outside.loop();
		this.outside.launcher()
			.launch(launch)
			.whenComplete((forked, failure) -> loop.execute(() -> ended(forked, failure, onForked, onExited)));
	}

	private void ended(@Nullable WorkerProcess forked, @Nullable Throwable failure, Consumer<@Nullable String> onForked,
			BiConsumer<ExitStatus, WorkerProcess> onExited) {
		if (forked == null) {
			onForked.accept("could not be forked: " + ((failure != null) ? failure.getMessage() : "no reason given"));
			return;
		}
		EventLoop loop = this.outside.loop();
		this.process = forked;
		this.ultimatum = new Ultimatum(loop, forked);
		onForked.accept(null);
		forked.exited().whenComplete((status, failed) -> loop.execute(() -> onExited.accept(status, forked)));
	}

	/**
	 * Ends the process unless it ends by itself in time.
	 * @param timeout how long it may take before SIGTERM
	 */
	void endWithin(Duration timeout) {
		if (this.ultimatum != null) {
			this.ultimatum.within(timeout);
		}
	}

	/**
	 * Kills the process, once it was tried to learn what it does.
	 * @param timeout how long that may take
	 * @param onLearned runs on the loop, with what was learned, before the process is
	 * killed
	 */
	void killAfterDump(Duration timeout, Consumer<String> onLearned) {
		Ultimatum ultimatum = this.ultimatum;
		if (ultimatum == null) {
			return;
		}
		dump(timeout, (learned) -> {
			onLearned.accept(learned);
			ultimatum.kill();
		});
	}

	/**
	 * Has the process dump its threads, and lets it go on.
	 * @param timeout how long that may take
	 * @param onLearned runs on the loop, with what was learned
	 */
	void dump(Duration timeout, Consumer<String> onLearned) {
		WorkerProcess process = this.process;
		if (process != null) {
			process.dump(timeout)
				.whenComplete((learned, failure) -> this.outside.loop()
					.execute(() -> onLearned.accept((failure != null) ? failure.toString() : learned)));
		}
	}

	/** Lets the process live, however little time it had. */
	void pardon() {
		if (this.ultimatum != null) {
			this.ultimatum.cancel();
		}
	}

	/**
	 * Whether it did not end in time, so that SIGKILL was needed.
	 * @return whether it was killed
	 */
	boolean wasKilled() {
		return this.ultimatum != null && this.ultimatum.killed();
	}

	/**
	 * The process id.
	 * @return the pid, or 0 where there is no process yet
	 */
	long pid() {
		return (this.process != null) ? this.process.pid() : 0;
	}

}
