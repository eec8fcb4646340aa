package io.pmboot.process;

import java.lang.Thread.UncaughtExceptionHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.pmboot.loop.GarbageCollectors;
import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Ends a master at once that can no longer supervise: one whose event loop has ended, or
 * whose memory is used up. A supervisor starts another; a master that lived on would keep
 * its ports bound, and look well.
 * <p>
 * All that this needs is made beforehand, because there may be no memory for anything
 * later, and nothing waits for output that nobody reads. The JVM's own
 * {@code -XX:+ExitOnOutOfMemoryError} does it for an error that is caught as well, but
 * cannot be turned on in a JVM that runs.
 */
public final class Emergency implements UncaughtExceptionHandler, AutoCloseable {

	/** The exit code: an internal error, by the sysexits.h of BSD. */
	public static final int EXIT_CODE = 70;

	private static final byte[] OUT_OF_MEMORY = line("it is out of memory; give it more (-Xmx)");

	private static final byte[] LOOP_ENDED = line("its event loop has ended; please report this");

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	/** How long the last line may take. */
	private static final long TELLING = TimeUnit.SECONDS.toNanos(1);

	/**
	 * Percent of the time that collecting garbage may take. A full heap takes 92 to 98,
	 * less where other processes want the processors, too.
	 */
	private static final int COLLECTING = 90;

	/** Over how many intervals together. */
	private static final int INTERVALS = 10;

	private final BooleanSupplier loopLives;

	private final JvmExit exit = new JvmExit();

	private final Consumer<byte[]> output = MasterOutput.directError();

	private final GarbageCollectors collectors = new GarbageCollectors();

	private final Thread watch = Threads.daemon("pm-emergency", this::watch);

	private final Thread teller = Threads.daemon("pm-last-line", this::tell);

	private final @Nullable UncaughtExceptionHandler previous = Thread.getDefaultUncaughtExceptionHandler();

	private volatile byte @Nullable [] lastLine;

	private volatile boolean told;

	private volatile boolean closed;

	private Emergency(BooleanSupplier loopLives) {
		this.loopLives = loopLives;
	}

	/**
	 * Watches this master from now on.
	 * @param loopLives whether the event loop lives; asked each second
	 * @return what watches, until it is closed
	 */
	public static Emergency watch(BooleanSupplier loopLives) {
		Emergency emergency = new Emergency(loopLives);
		Thread.setDefaultUncaughtExceptionHandler(emergency);
		emergency.teller.start();
		emergency.watch.start();
		return emergency;
	}

	private static byte[] line(String reason) {
		return ("The master ends at once, with exit code %d: %s. Its workers finish what they have, and exit.%n"
			.formatted(EXIT_CODE, reason)).getBytes(StandardCharsets.UTF_8);
	}

	/** What ended a thread, or would have had nobody caught it. */
	@Override
	public void uncaughtException(Thread thread, Throwable ex) {
		if (ex instanceof OutOfMemoryError) {
			this.lastLine = OUT_OF_MEMORY;
			LockSupport.unpark(this.watch);
		}
		if (this.previous != null) {
			this.previous.uncaughtException(thread, ex);
		}
		else if (!(ex instanceof OutOfMemoryError)) {
			ex.printStackTrace();
		}
	}

	private void watch() {
		int[] collecting = new int[INTERVALS];
		int next = 0;
		long lookedAt = System.nanoTime();
		while (this.lastLine == null) {
			LockSupport.parkNanos(this, INTERVAL);
			if (this.closed) {
				return;
			}
			if (!this.loopLives.getAsBoolean() && !this.closed) {
				this.lastLine = LOOP_ENDED;
			}
			long now = System.nanoTime();
			if (now - lookedAt >= INTERVAL) {
				collecting[next] = this.collectors.percent();
				next = (next + 1) % INTERVALS;
				lookedAt = now;
				if (isMostlyCollecting(collecting)) {
					this.lastLine = OUT_OF_MEMORY;
				}
			}
		}
		LockSupport.unpark(this.teller);
		long until = System.nanoTime() + TELLING;
		while (!this.told && until - System.nanoTime() > 0) {
			LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(10));
		}
		this.exit.halt(EXIT_CODE);
	}

	// Not by a stream, which needs memory.
	private static boolean isMostlyCollecting(int[] percents) {
		int sum = 0;
		for (int percent : percents) {
			sum += percent;
		}
		return sum >= COLLECTING * percents.length;
	}

	// On a thread of its own, because output that nobody reads blocks for ever.
	private void tell() {
		byte[] line = this.lastLine;
		while (line == null) {
			if (this.closed) {
				return;
			}
			LockSupport.park(this);
			line = this.lastLine;
		}
		this.output.accept(line);
		this.told = true;
	}

	/** Watches no more: the master ends in good order. */
	@Override
	public void close() {
		this.closed = true;
		LockSupport.unpark(this.watch);
		LockSupport.unpark(this.teller);
		if (Thread.getDefaultUncaughtExceptionHandler() == this) {
			Thread.setDefaultUncaughtExceptionHandler(this.previous);
		}
	}

}
