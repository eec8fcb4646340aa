package io.pmboot.master;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.pmboot.GroupStartFailedException;
import io.pmboot.OperationRefusedException;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.socket.AddressInUseException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a group is to run: it may be stopped, be on its way back, or end with the
 * master.
 */
final class RunState {

	/** No event tells when a worker that drains lets an address go. */
	private static final Duration RETRY_EVERY = Duration.ofMillis(100);

	private final Group group;

	private final Seams seams;

	/** When a start tries again to bind. */
	private final Deadline retry;

	private @Nullable String stopped;

	/** The start that is under way. */
	private @Nullable CompletableFuture<Void> start;

	private boolean ending;

	RunState(Group group, Seams seams) {
		this.group = group;
		this.seams = seams;
		this.retry = new Deadline(seams.loop());
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
	 * The group, which is stopped, is to run again: its listeners are bound, off the
	 * event loop, before it forks. While workers of the stop still live, one of them may
	 * hold an address.
	 * @return completes when it runs, or exceptionally where it cannot
	 */
	CompletableFuture<Void> start() {
		CompletableFuture<Void> start = new CompletableFuture<>();
		this.start = start;
		bind(start);
		return start;
	}

	private void bind(CompletableFuture<Void> start) {
		// Before the attempt: a worker that exits during it may have been in its way.
		boolean last = !this.group.hasWorkers();
		int generation = this.group.generation();
		this.seams.loop()
			.whenComplete(this.seams.listeners().bind(this.group.settings(), generation, generation),
					(binding, failure) -> bound(start, binding, failure, last), Binding::drop);
	}

	private void bound(CompletableFuture<Void> start, @Nullable Binding binding, @Nullable Throwable failure,
			boolean last) {
		boolean cancelled = this.start != start;
		if (binding != null && cancelled) {
			binding.drop();
		}
		else if (binding != null) {
			binding.keep();
			this.start = null;
			this.stopped = null;
			this.group.endPause();
			start.complete(null);
		}
		else if (!cancelled) {
			notBound(start, failure, last);
		}
	}

	private void notBound(CompletableFuture<Void> start, @Nullable Throwable failure, boolean last) {
		boolean inUse = failure != null && failure.getCause() instanceof AddressInUseException;
		if (inUse && !last) {
			this.retry.set(() -> bind(start), RETRY_EVERY);
			return;
		}
		String reason = String.valueOf((failure != null) ? failure.getMessage() : failure);
		this.start = null;
		this.stopped = "its start failed: " + reason;
		start.completeExceptionally(new GroupStartFailedException(this.group.name(), reason, failure));
	}

	void end() {
		this.ending = true;
		cancelStart("the master is stopping");
	}

	private void cancelStart(String why) {
		CompletableFuture<Void> start = this.start;
		this.start = null;
		if (start != null) {
			this.retry.cancel();
			start.completeExceptionally(new OperationRefusedException(
					"The start of group '%s' was cancelled: %s".formatted(this.group.name(), why), null));
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

}
