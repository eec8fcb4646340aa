package io.pmboot.master;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.pmboot.GroupStartFailedException;
import io.pmboot.OperationRefusedException;
import io.pmboot.loop.Deadline;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.socket.AddressInUseException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a group is to run: it may be stopped, be on its way back, or end with the
 * master.
 */
final class RunState {

	private final Seams seams;

	private @Nullable String stopped;

	private @Nullable Start start;

	private boolean ending;

	RunState(Seams seams) {
		this.seams = seams;
	}

	boolean isRunning() {
		return !this.ending && this.stopped == null;
	}

	boolean isStopped() {
		return this.stopped != null;
	}

	boolean isStarting() {
		return this.start != null;
	}

	boolean isEnding() {
		return this.ending;
	}

	/**
	 * The group is stopped until it is started again.
	 * @return whether it was not stopped before
	 */
	boolean stop() {
		boolean stops = this.stopped == null;
		cancelStart("the group was stopped");
		this.stopped = "stopped on request at " + this.seams.loop().instant();
		return stops;
	}

	/**
	 * The group is to run again, once its listeners are bound.
	 * @param group the group, stopped
	 * @return completes when it runs, or exceptionally where it cannot
	 */
	CompletableFuture<Void> start(Group group) {
		Start start = new Start(group);
		this.start = start;
		start.attempt();
		return start.finished;
	}

	void end() {
		this.ending = true;
		cancelStart("the master is stopping");
	}

	private void cancelStart(String why) {
		Start start = this.start;
		this.start = null;
		if (start != null) {
			start.next.cancel();
			start.finished.completeExceptionally(new OperationRefusedException(
					"The start of group '%s' was cancelled: %s".formatted(start.group.name(), why), null));
		}
	}

	/**
	 * Why it does not run.
	 * @return the reason, or {@code null} where it runs
	 */
	@Nullable String reason() {
		if (this.ending) {
			return "the master is stopping";
		}
		return (this.start != null) ? "being started: its listeners are bound first" : this.stopped;
	}

	/**
	 * The start of a stopped group: its listeners are bound, off the event loop, before
	 * it forks. While workers of the stop still live, one of them may hold an address.
	 */
	private final class Start {

		/** No event tells when a worker that drains lets an address go. */
		private static final Duration RETRY_EVERY = Duration.ofMillis(100);

		private final Group group;

		private final Deadline next = new Deadline(RunState.this.seams.loop());

		private final CompletableFuture<Void> finished = new CompletableFuture<>();

		Start(Group group) {
			this.group = group;
		}

		private void attempt() {
			// Before the attempt: a worker that exits during it may have been in its way.
			boolean last = !this.group.hasWorkers();
			int generation = this.group.generation();
			RunState.this.seams.loop()
				.whenComplete(RunState.this.seams.listeners().bind(this.group.settings(), generation, generation),
						(binding, failure) -> attempted(binding, failure, last), Binding::drop);
		}

		private void attempted(@Nullable Binding binding, @Nullable Throwable failure, boolean last) {
			boolean cancelled = RunState.this.start != this;
			if (binding != null && cancelled) {
				binding.drop();
			}
			else if (binding != null) {
				binding.keep();
				RunState.this.start = null;
				RunState.this.stopped = null;
				this.group.endPause();
				this.finished.complete(null);
			}
			else if (!cancelled) {
				failed(failure, last);
			}
		}

		private void failed(@Nullable Throwable failure, boolean last) {
			boolean inUse = failure != null && failure.getCause() instanceof AddressInUseException;
			if (inUse && !last) {
				this.next.set(this::attempt, RETRY_EVERY);
				return;
			}
			String reason = String.valueOf((failure != null) ? failure.getMessage() : failure);
			RunState.this.start = null;
			RunState.this.stopped = "its start failed: " + reason;
			this.finished.completeExceptionally(new GroupStartFailedException(this.group.name(), reason, failure));
		}

	}

}
