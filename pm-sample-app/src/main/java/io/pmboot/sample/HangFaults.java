package io.pmboot.sample;

import java.util.concurrent.CountDownLatch;

import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ways to hang to order, for trying out what the master makes of them. */
@RestController
class HangFaults {

	private int spun;

	/**
	 * Makes two threads of this worker wait for each other for ever.
	 * @return the worker's pid
	 */
	@PostMapping("/deadlock")
	String deadlock() throws InterruptedException {
		Object one = new Object();
		Object other = new Object();
		CountDownLatch bothHold = new CountDownLatch(2);
		start("deadlock-one", one, other, bothHold);
		start("deadlock-other", other, one, bothHold);
		bothHold.await();
		return Long.toString(ProcessHandle.current().pid());
	}

	private static void start(String name, Object first, Object second, CountDownLatch bothHold) {
		Thread thread = new Thread(() -> {
			synchronized (first) {
				bothHold.countDown();
				try {
					bothHold.await();
				}
				catch (InterruptedException ex) {
					return;
				}
				synchronized (second) {
					throw new IllegalStateException("There is no deadlock");
				}
			}
		}, name);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Computes for a long time in a loop that a JVM with
	 * {@code -XX:-UseCountedLoopSafepoints} cannot interrupt: none of its threads gets on
	 * any more as soon as one thing has to stop them all.
	 */
	@PostMapping("/spin")
	void spin() {
		Thread thread = new Thread(() -> {
			while (true) {
				this.spun += spin(7 + this.spun % 2);
			}
		}, "spin");
		thread.setDaemon(true);
		thread.start();
	}

	private static int spin(int divisor) {
		int sum = 0;
		for (int i = 0; i < Integer.MAX_VALUE; i++) {
			sum += i / divisor;
		}
		return sum;
	}

}
