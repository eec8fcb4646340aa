package io.pmboot;

import java.util.List;

/**
 * What a worker has written to its output last.
 *
 * @param worker the worker; it may have exited
 * @param first the number of the first of the lines, from 1 at the worker's start, or 0
 * where it has written none: whoever asks again knows by it which ones are new
 * @param lines the lines, oldest first, without their ends; a long one is cut off after
 * 2,000 bytes
 * @since 0.1
 */
public record WorkerLog(WorkerInfo worker, long first, List<String> lines) {

	public WorkerLog {
		lines = List.copyOf(lines);
	}

}
