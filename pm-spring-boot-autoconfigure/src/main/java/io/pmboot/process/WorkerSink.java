package io.pmboot.process;

import java.util.function.BooleanSupplier;

/**
 * Where the output of workers goes.
 */
@FunctionalInterface
public interface WorkerSink {

	/**
	 * Takes whole lines. May block for as long as nobody reads them.
	 * @param lines holds the lines from its first byte on; not kept
	 * @param length their length in bytes
	 * @param alive whether the worker that wrote them lives
	 */
	void write(byte[] lines, int length, BooleanSupplier alive);

}
