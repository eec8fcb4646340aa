package io.pmboot.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A JVM that watches itself as a master does, and does what its first argument says.
 */
public final class EmergencyProgram {

	private EmergencyProgram() {
	}

	public static void main(String[] args) throws Exception {
		AtomicBoolean loopLives = new AtomicBoolean(true);
		Emergency emergency = Emergency.watch(loopLives::get);
		switch (args[0]) {
			case "thread" -> new Thread(() -> fill(false)).start();
			case "swallowed" -> new Thread(() -> fill(true)).start();
			case "loop" -> loopLives.set(false);
			case "blocked" -> {
				Thread writer = new Thread(() -> {
					while (true) {
						System.err.println("nobody reads this");
					}
				});
				writer.setDaemon(true);
				writer.start();
				while (writer.getStackTrace().length == 0 || writer.getState() != Thread.State.RUNNABLE) {
					Thread.onSpinWait();
				}
				loopLives.set(false);
			}
			case "closed" -> {
				emergency.close();
				loopLives.set(false);
				Thread thread = new Thread(() -> {
					throw new OutOfMemoryError("for the test");
				});
				thread.start();
				thread.join();
				System.exit(0);
			}
			default -> throw new IllegalArgumentException(args[0]);
		}
		new CountDownLatch(1).await();
	}

	// Keeps the heap full, as many requests at once do that each fail.
	private static void fill(boolean swallow) {
		List<Object> kept = new ArrayList<>();
		while (true) {
			try {
				kept.add(new byte[1024]);
			}
			catch (OutOfMemoryError ex) {
				if (!swallow) {
					throw ex;
				}
				kept.remove(kept.size() - 1);
			}
		}
	}

}
