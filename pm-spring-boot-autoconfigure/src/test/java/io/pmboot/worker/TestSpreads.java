package io.pmboot.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Spreads for the tests of web servers.
 */
public final class TestSpreads {

	private static final ScheduledExecutorService LOOP = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "spread");
		thread.setDaemon(true);
		return thread;
	});

	private TestSpreads() {
	}

	public static DrainSpread of(Duration spread) {
		return new DrainSpread(spread, Loop.of(LOOP));
	}

}
