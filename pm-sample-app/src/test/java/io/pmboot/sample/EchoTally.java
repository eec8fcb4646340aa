package io.pmboot.sample;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** What happened to the lines of all clients. */
final class EchoTally {

	private final AtomicInteger sent = new AtomicInteger();

	private final AtomicInteger answered = new AtomicInteger();

	private final AtomicInteger goodbyes = new AtomicInteger();

	private final List<String> failures = new CopyOnWriteArrayList<>();

	private volatile boolean over;

	void sent() {
		this.sent.incrementAndGet();
	}

	void answered() {
		this.answered.incrementAndGet();
	}

	void goodbye() {
		this.goodbyes.incrementAndGet();
	}

	void failed(String failure) {
		this.failures.add(failure);
	}

	/** The clients are to finish. */
	void end() {
		this.over = true;
	}

	boolean isOver() {
		return this.over;
	}

	int answers() {
		return this.answered.get();
	}

	int lost() {
		return this.sent.get() - this.answered.get();
	}

	int goodbyes() {
		return this.goodbyes.get();
	}

	List<String> failures() {
		return this.failures;
	}

	@Override
	public String toString() {
		return "%d lines, %d answered, %d goodbyes, failures: %s".formatted(this.sent.get(), this.answered.get(),
				this.goodbyes.get(), this.failures);
	}

}
