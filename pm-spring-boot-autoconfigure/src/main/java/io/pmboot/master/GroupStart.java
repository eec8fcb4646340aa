package io.pmboot.master;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

import io.pmboot.GroupStartFailedException;
import io.pmboot.OperationRefusedException;
import io.pmboot.loop.EventLoop;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.socket.AddressInUseException;
import org.jspecify.annotations.Nullable;

/**
 * The start of a stopped group: its listeners are bound, off the event loop, before it
 * forks. While workers of the stop still live, one of them may hold an address.
 */
final class GroupStart {

	/** No event tells when a worker that drains lets an address go. */
	static final Duration RETRY_EVERY = Duration.ofMillis(100);

	private final Group group;

	private final Standing standing;

	private final Outside outside;

	private final CompletableFuture<Void> finished = new CompletableFuture<>();

	private EventLoop.@Nullable Timer timer;

	private boolean cancelled;

	GroupStart(Group group, Standing standing, Outside outside) {
		this.group = group;
		this.standing = standing;
		this.outside = outside;
	}

	void attempt() {
		this.timer = null;
		// Before the attempt: a worker that exits during it may have been in its way.
		boolean last = !this.group.hasWorkers();
		this.outside.listeners()
			.bind(this.group.settings(), this.group.generation(), this.group.generation())
			.whenComplete((binding, failure) -> attempted(binding, failure, last));
	}

	private void attempted(@Nullable Binding binding, @Nullable Throwable failure, boolean last) {
		try {
			this.outside.loop().execute(() -> {
				if (binding != null) {
					bound(binding);
				}
				else {
					failed((failure instanceof CompletionException) ? failure.getCause() : failure, last);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			// The master has ended.
			if (binding != null) {
				binding.drop();
			}
		}
	}

	private void bound(Binding binding) {
		if (this.cancelled) {
			binding.drop();
			return;
		}
		binding.keep();
		this.standing.started();
		this.group.started();
		this.finished.complete(null);
	}

	private void failed(@Nullable Throwable failure, boolean last) {
		if (this.cancelled) {
			return;
		}
		boolean inUse = failure != null && failure.getCause() instanceof AddressInUseException;
		if (inUse && !last) {
			this.timer = this.outside.loop().schedule(this::attempt, RETRY_EVERY);
			return;
		}
		String reason = String.valueOf((failure != null) ? failure.getMessage() : failure);
		this.standing.startFailed(reason);
		this.finished
			.completeExceptionally(new GroupStartFailedException(this.group.settings().name(), reason, failure));
	}

	/**
	 * Ends it; nothing stays bound.
	 * @param why in words
	 */
	void cancel(String why) {
		this.cancelled = true;
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		this.finished.completeExceptionally(new OperationRefusedException(
				"The start of group '%s' was cancelled: %s".formatted(this.group.settings().name(), why), null));
	}

	CompletableFuture<Void> finished() {
		return this.finished;
	}

}
