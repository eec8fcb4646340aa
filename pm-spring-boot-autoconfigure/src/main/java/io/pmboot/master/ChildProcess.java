package io.pmboot.master;

import java.time.Duration;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.pmboot.ExitStatus;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import org.jspecify.annotations.Nullable;

/**
 * The process of a worker, from the order to fork it to its exit. One that does not end
 * by itself in the time it is given gets SIGTERM, and SIGKILL five seconds later; its
 * time can be shortened, never prolonged.
 */
final class ChildProcess {

	/** Between SIGTERM and SIGKILL. */
	static final Duration GRACE = Duration.ofSeconds(5);

	private final Seams seams;

	private final Deadline killTimer;

	private @Nullable WorkerProcess process;

	/** When its time is up, where it has one. */
	private @Nullable Long due;

	private boolean terminated;

	private boolean killed;

	ChildProcess(Seams seams) {
		this.seams = seams;
		this.killTimer = new Deadline(seams.loop());
	}

	/**
	 * Forks, and returns at once.
	 * @param launch what to fork
	 * @param onForked runs on the loop when the fork has ended, with why there is no
	 * process, or {@code null}
	 * @param onExited runs on the loop when the process has ended, with how, and the
	 * process
	 */
	void fork(WorkerLaunch launch, Consumer<@Nullable String> onForked,
			BiConsumer<ExitStatus, WorkerProcess> onExited) {
		this.seams.loop()
			.whenComplete(this.seams.launcher().launch(launch),
					(forked, failure) -> forked(forked, failure, onForked, onExited));
	}

	private void forked(@Nullable WorkerProcess forked, @Nullable Throwable failure,
			Consumer<@Nullable String> onForked, BiConsumer<ExitStatus, WorkerProcess> onExited) {
		if (forked == null) {
			onForked.accept("could not be forked: " + ((failure != null) ? failure.getMessage() : "no reason given"));
			return;
		}
		this.process = forked;
		onForked.accept(null);
		this.seams.loop().whenComplete(forked.exited(), (status, failed) -> {
			if (status != null) {
				onExited.accept(status, forked);
			}
		});
	}

	/**
	 * Ends the process unless it ends by itself in time.
	 * @param timeout how long it may take before SIGTERM
	 */
	void endWithin(Duration timeout) {
		long due = this.seams.loop().nanoTime() + timeout.toNanos();
		if (this.process == null || this.terminated || (this.due != null && due - this.due >= 0)) {
			return;
		}
		this.due = due;
		this.killTimer.cancel();
		if (timeout.isZero()) {
			terminate();
		}
		else {
			this.killTimer.set(this::terminate, timeout);
		}
	}

	private void terminate() {
		this.terminated = true;
		Objects.requireNonNull(this.process).terminate();
		this.killTimer.set(this::kill, GRACE);
	}

	private void kill() {
		this.killTimer.cancel();
		this.killed = true;
		Objects.requireNonNull(this.process).kill();
	}

	/**
	 * Kills the process, once it was tried to learn what it does: SIGTERM would be lost
	 * on it.
	 * @param timeout how long that may take
	 * @param onLearned runs on the loop, with what was learned, before the process is
	 * killed
	 */
	void killAfterDump(Duration timeout, Consumer<String> onLearned) {
		dump(timeout, (learned) -> {
			onLearned.accept(learned);
			kill();
		});
	}

	/**
	 * Has the process dump its threads, and lets it go on.
	 * @param timeout how long that may take
	 * @param onLearned runs on the loop, with what was learned
	 */
	void dump(Duration timeout, Consumer<String> onLearned) {
		if (this.process != null) {
			this.seams.loop()
				.whenComplete(this.process.dump(timeout),
						(learned, failure) -> onLearned.accept((learned != null) ? learned : String.valueOf(failure)));
		}
	}

	/** Also after its exit; {@code null} where it could not be forked, or not yet. */
	@Nullable WorkerProcess process() {
		return this.process;
	}

	/** Lets the process live, however little time it had. */
	void pardon() {
		this.due = null;
		this.killTimer.cancel();
	}

	/**
	 * Whether it did not end in time, so that SIGKILL was needed.
	 * @return whether it was killed
	 */
	boolean wasKilled() {
		return this.killed;
	}

	/**
	 * The process id.
	 * @return the pid, or 0 where there is no process yet
	 */
	long pid() {
		return (this.process != null) ? this.process.pid() : 0;
	}

}
