package io.pmboot.actuate;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Lets so many be at something at a time, and the others wait for their turn, in order,
 * for a while.
 */
final class Turns {

	private final int maxWaiting;

	private final Duration patience;

	private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();

	private int free;

	/**
	 * Creates it.
	 * @param atATime how many have a turn at a time
	 * @param maxWaiting how many wait for one
	 * @param patience how long they wait
	 */
	Turns(int atATime, int maxWaiting, Duration patience) {
		this.free = atATime;
		this.maxWaiting = maxWaiting;
		this.patience = patience;
	}

	/**
	 * Asks for a turn.
	 * @return completes with true for a turn, to be {@link #giveBack() given back}, and
	 * with false where too many wait already, or this one has waited too long
	 */
	CompletableFuture<Boolean> take() {
		CompletableFuture<Boolean> turn;
		synchronized (this.waiting) {
			if (this.free > 0) {
				this.free--;
				return CompletableFuture.completedFuture(true);
			}
			this.waiting.removeIf(CompletableFuture::isDone);
			if (this.waiting.size() >= this.maxWaiting) {
				return CompletableFuture.completedFuture(false);
			}
			turn = new CompletableFuture<>();
			this.waiting.add(turn);
		}
		return turn.completeOnTimeout(false, this.patience.toNanos(), TimeUnit.NANOSECONDS);
	}

	/** Gives a turn to the one that has waited longest. */
	void giveBack() {
		CompletableFuture<Boolean> next;
		do {
			synchronized (this.waiting) {
				next = this.waiting.poll();
				if (next == null) {
					this.free++;
					return;
				}
			}
		}
		while (!next.complete(true));
	}

}
