package io.pmboot.loop;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * How much of the time this JVM's garbage collectors take for themselves. To ask needs no
 * memory. Used on one thread.
 */
public final class GarbageCollectors {

	/**
	 * Of collectors that work beside the application (ZGC, Shenandoah), a cycle is no
	 * pause, and has a bean of its own.
	 */
	private static final String CYCLES = "Cycles";

	private final GarbageCollectorMXBean[] collectors = ManagementFactory.getGarbageCollectorMXBeans()
		.stream()
		.filter((collector) -> !collector.getName().endsWith(CYCLES))
		.toArray(GarbageCollectorMXBean[]::new);

	private long lookedAt = System.nanoTime();

	private long collected = collected();

	/**
	 * How much of the time went to collecting since this was asked before.
	 * @return percent, from 0 to 100
	 */
	public int percent() {
		long now = System.nanoTime();
		long collected = collected();
		long nanos = now - this.lookedAt;
		long percent = (nanos > 0) ? TimeUnit.MILLISECONDS.toNanos(collected - this.collected) * 100 / nanos : 0;
		this.lookedAt = now;
		this.collected = collected;
		return (int) Math.max(0, Math.min(100, percent));
	}

	private long collected() {
		long time = 0;
		for (GarbageCollectorMXBean collector : this.collectors) {
			time += collector.getCollectionTime();
		}
		return time;
	}

}
