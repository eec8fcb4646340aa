package io.pmboot.sample;

import java.io.IOException;
import java.lang.ref.Reference;
import java.util.concurrent.CountDownLatch;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.AvailabilityState;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ObjectUtils;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Ways to hang or to break to order, for trying out what the master makes of them. */
@RestController
class HangFaults {

	private final ApplicationContext context;

	private long spun;

	HangFaults(ApplicationContext context) {
		this.context = context;
	}

	/**
	 * Has this worker's application say whether it is alive, or accepts traffic.
	 * @param state a readiness, or else a liveness
	 * @return the worker's pid
	 */
	@PostMapping("/availability")
	String availability(@RequestParam String state) {
		AvailabilityState said = ObjectUtils.containsConstant(ReadinessState.values(), state)
				? ReadinessState.valueOf(state) : LivenessState.valueOf(state);
		AvailabilityChangeEvent.publish(this.context, said);
		return Long.toString(ProcessHandle.current().pid());
	}

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
	 * Fills the heap of this worker, keeps it full for a while and lets it go.
	 * @param ms for how long
	 */
	@PostMapping("/fill")
	void fill(@RequestParam long ms) throws InterruptedException {
		Object[] filled = null;
		try {
			while (true) {
				filled = new Object[] { filled, new byte[512] };
			}
		}
		catch (OutOfMemoryError ex) {
			Thread.sleep(ms);
		}
		Reference.reachabilityFence(filled);
	}

	/**
	 * Starts two programs that go on when this worker has ended, one of them by a shell
	 * that has ended before, and lets them write where this worker does.
	 * @return the worker's pid
	 */
	@PostMapping("/leave-behind")
	String leaveBehind() throws IOException {
		new ProcessBuilder("sleep", "600").inheritIO().start();
		new ProcessBuilder("sh", "-c", "sleep 600 &").inheritIO().start();
		return Long.toString(ProcessHandle.current().pid());
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

	// Each division waits for the one before: the loop takes half a minute and more.
	private static long spin(long divisor) {
		long value = 1;
		for (int i = 0; i < Integer.MAX_VALUE; i++) {
			value = (Long.MAX_VALUE - value / divisor) / (divisor + 1);
			value = (Long.MAX_VALUE - value / divisor - i) / (divisor + 2);
		}
		return value;
	}

}
