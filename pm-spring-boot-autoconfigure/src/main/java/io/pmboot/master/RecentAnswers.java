package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.pmboot.Answers;
import io.pmboot.loop.EventLoop;

/**
 * What the workers of a group have answered in the last minute, but for those of a
 * generation that is on its way: what a new version is compared with.
 */
final class RecentAnswers {

	static final Duration WINDOW = Duration.ofMinutes(1);

	private static final Duration SLICE = Duration.ofSeconds(1);

	private final EventLoop loop;

	private final Deque<Slice> slices = new ArrayDeque<>();

	RecentAnswers(EventLoop loop) {
		this.loop = loop;
	}

	void add(Answers answers) {
		long now = this.loop.nanoTime();
		Slice last = this.slices.peekLast();
		if (last != null && now - last.from < SLICE.toNanos()) {
			this.slices.removeLast();
			this.slices.add(new Slice(last.from, last.answers.plus(answers)));
		}
		else {
			forget(now);
			this.slices.add(new Slice(now, answers));
		}
	}

	private void forget(long now) {
		while (!this.slices.isEmpty() && now - this.slices.getFirst().from > WINDOW.toNanos()) {
			this.slices.remove();
		}
	}

	Answers sum() {
		forget(this.loop.nanoTime());
		return this.slices.stream().map(Slice::answers).reduce(Answers.NONE, Answers::plus);
	}

	private record Slice(long from, Answers answers) {
	}

}
