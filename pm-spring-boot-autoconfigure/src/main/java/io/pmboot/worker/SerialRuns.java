package io.pmboot.worker;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import io.pmboot.control.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The turns of this worker: the master lets one at a time begin in the whole group. Its
 * methods may be called on any thread.
 */
final class SerialRuns {

	private final Function<Frame, CompletionStage<Void>> master;

	private final AtomicInteger lastId = new AtomicInteger();

	/** The turns that have not begun, by their ids. */
	private final Map<Integer, CompletableFuture<Void>> waiting = new ConcurrentHashMap<>();

	private volatile boolean masterLost;

	/** Whose turn it is, if it is one of this worker's. */
	private volatile @Nullable Thread current;

	/**
	 * Creates them.
	 * @param master sends a frame to the master, and fails where it cannot
	 */
	SerialRuns(Function<Frame, CompletionStage<Void>> master) {
		this.master = master;
	}

	<T extends @Nullable Object> T serially(Callable<T> section) throws Exception {
		if (this.current == Thread.currentThread()) {
			return section.call();
		}
		int id = this.lastId.incrementAndGet();
		try {
			await(id);
			this.current = Thread.currentThread();
			try {
				return section.call();
			}
			finally {
				this.current = null;
			}
		}
		finally {
			this.waiting.remove(id);
			// Also where it has not begun: it must not begin when nobody waits for it.
			this.master.apply(new Frame.EndTurn(id));
		}
	}

	private void await(int id) throws InterruptedException {
		CompletableFuture<Void> begun = new CompletableFuture<>();
		this.waiting.put(id, begun);
		this.master.apply(new Frame.RequestTurn(id)).whenComplete((sent, ex) -> {
			if (ex != null) {
				begun.completeExceptionally(ex);
			}
		});
		if (this.masterLost) {
			begun.cancel(false);
		}
		try {
			begun.get();
		}
		catch (ExecutionException | CancellationException ex) {
			throw new IllegalStateException(
					"This worker has lost its master, which alone could give it its turn: what was to run serially has not run",
					ex);
		}
	}

	void granted(int id) {
		CompletableFuture<Void> begun = this.waiting.get(id);
		if (begun != null) {
			begun.complete(null);
		}
	}

	void masterLost() {
		this.masterLost = true;
		this.waiting.values().forEach((begun) -> begun.cancel(false));
	}

}
