package io.pmboot.accept;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import io.pmboot.loop.EventLoop;

/**
 * Spreads for the tests of web servers.
 */
public final class TestSpreads {

	/** The thread that stands for the control event loop. */
	public static final String THREAD = "spread";

	private static final ScheduledExecutorService LOOP = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, THREAD);
		thread.setDaemon(true);
		return thread;
	});

	private TestSpreads() {
	}

	public static Spread of(Duration spread) {
		return new Spread(spread, EventLoop.of(LOOP, "worker"));
	}

}
