package io.pmboot.worker;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OwnJvm}, with locks that an interrupt ends.
 */
@Timeout(60)
class OwnJvmTests {

	private final Lock one = new ReentrantLock();

	private final Lock other = new ReentrantLock();

	private final CountDownLatch bothHold = new CountDownLatch(2);

	@Test
	void threadsThatWaitForEachOtherAreNamed() throws Exception {
		Thread first = thread("x".repeat(200), this.one, this.other::lockInterruptibly);
		Thread second = thread("second", this.other, this.one::lockInterruptibly);
		awaitState(Thread.State.WAITING, first, second);
		assertThat(new OwnJvm().deadlockedThreads()).containsExactly("x".repeat(100), "second");
		end(first, second);
		assertThat(new OwnJvm().deadlockedThreads()).isEmpty();
	}

	@Test
	void threadThatWaitsForAWhileOnlyBreaksTheDeadlock() throws Exception {
		Thread patient = thread("patient", this.one, this.other::lockInterruptibly);
		Thread brief = thread("brief", this.other, () -> this.one.tryLock(1, TimeUnit.HOURS));
		awaitState(Thread.State.WAITING, patient);
		awaitState(Thread.State.TIMED_WAITING, brief);
		assertThat(new OwnJvm().deadlockedThreads()).isEqualTo(List.of());
		end(patient, brief);
	}

	private Thread thread(String name, Lock held, Wait wait) {
		Thread thread = new Thread(() -> {
			held.lock();
			try {
				this.bothHold.countDown();
				this.bothHold.await();
				wait.begin();
			}
			catch (InterruptedException ex) {
				// The test is over.
			}
			finally {
				held.unlock();
			}
		}, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void awaitState(Thread.State state, Thread... threads) throws InterruptedException {
		for (Thread thread : threads) {
			// A thread that still waits for the latch is in the same state.
			while (thread.getState() != state || !waitsForALock(thread)) {
				Thread.onSpinWait();
			}
		}
	}

	private static boolean waitsForALock(Thread thread) {
		ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
		return info != null && info.getLockOwnerId() != -1;
	}

	private static void end(Thread... threads) throws InterruptedException {
		for (Thread thread : threads) {
			thread.interrupt();
		}
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private interface Wait {

		void begin() throws InterruptedException;

	}

}
