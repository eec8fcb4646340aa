package io.pmboot.worker;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import io.pmboot.ReloadRefusedException;
import io.pmboot.ReloadResult;
import io.pmboot.control.Frame;
import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The reloads that this worker has asked its master for, until it hears what became of
 * them. Its methods may be called on any thread.
 */
final class ReloadRequests {

	/** No group has a name of this length, and a frame has no room for any length. */
	private static final int MAX_NAME = 1024;

	private final Function<Frame, CompletionStage<Void>> master;

	private final AtomicInteger lastId = new AtomicInteger();

	private final Map<Integer, CompletableFuture<ReloadResult>> waiting = new ConcurrentHashMap<>();

	/** Completes futures: not the event loop, because whoever waits may block. */
	private final Executor answers = Threads.many("pm-reload-answers");

	/** Why nothing will be heard any more. */
	private volatile @Nullable String over;

	/**
	 * Creates them.
	 * @param master sends a frame to the master, and fails where it cannot
	 */
	ReloadRequests(Function<Frame, CompletionStage<Void>> master) {
		this.master = master;
	}

	CompletableFuture<ReloadResult> reload(String group) {
		if (group.length() > MAX_NAME) {
			return CompletableFuture.failedFuture(
					new ReloadRefusedException("No group has a name of %d characters".formatted(group.length()), null));
		}
		int id = this.lastId.incrementAndGet();
		CompletableFuture<ReloadResult> answer = new CompletableFuture<>();
		this.waiting.put(id, answer);
		if (this.over == null) {
			this.master.apply(new Frame.RequestReload(id, group)).whenComplete((sent, ex) -> {
				if (ex != null) {
					end("the connection to the master has ended");
				}
			});
		}
		String over = this.over;
		if (over != null) {
			end(over);
		}
		return answer;
	}

	/**
	 * The master says what became of one.
	 * @param answer what
	 */
	void answered(Frame.ReloadAnswer answer) {
		complete(answer.id(), (waiting) -> {
			if (answer.reload() != null && answer.outcome() != null) {
				waiting.complete(new ReloadResult(answer.reload(), answer.outcome(), answer.cause()));
			}
			else {
				waiting
					.completeExceptionally(new ReloadRefusedException(String.valueOf(answer.cause()), answer.reload()));
			}
		});
	}

	/**
	 * Nothing will be heard of any any more.
	 * @param why why
	 */
	void end(String why) {
		this.over = why;
		this.waiting.keySet()
			.forEach((id) -> complete(id, (waiting) -> waiting.completeExceptionally(new IllegalStateException(
					"What became of the reload that this worker asked for is unknown to it: " + why))));
	}

	private void complete(int id, Consumer<CompletableFuture<ReloadResult>> how) {
		CompletableFuture<ReloadResult> waiting = this.waiting.remove(id);
		if (waiting != null) {
			this.answers.execute(() -> how.accept(waiting));
		}
	}

}
