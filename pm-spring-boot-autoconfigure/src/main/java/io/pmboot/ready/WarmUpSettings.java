package io.pmboot.ready;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Which requests warm a worker up.
 *
 * @param paths what is requested, in turn; at least one
 * @param requests how often each
 * @param duration for how long instead, or {@code null}
 * @param concurrency how many at the same time
 * @param headers headers of each request
 */
public record WarmUpSettings(List<String> paths, int requests, @Nullable Duration duration, int concurrency,
		Map<String, String> headers) {

	public WarmUpSettings {
		paths = List.copyOf(paths);
		headers = Map.copyOf(headers);
	}

}
