package io.pmboot.settings;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Requests by which a worker warms itself up. Read by the worker.
 *
 * @param paths Paths, with a query where they need one, that a worker requests of itself
 * before it is ready.
 * @param requests Number of times that each path is requested.
 * @param duration Time for which the paths are requested, in place of a number of times.
 * @param concurrency Number of requests at the same time.
 * @param headers Headers of each of these requests.
 */
public record WarmUpSettings(@DefaultValue List<String> paths, @DefaultValue("100") int requests,
		@Nullable Duration duration, @DefaultValue("2") int concurrency, @DefaultValue Map<String, String> headers) {

	public WarmUpSettings {
		paths = List.copyOf(paths);
		headers = Map.copyOf(headers);
	}

}
