package io.pmboot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.ready.WarmUpSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * Requests by which a worker warms itself up. Read by the worker, too.
 *
 * @since 0.1
 */
@ConfigurationPropertiesSource
public class WarmUpProperties {

	/**
	 * Paths, with a query where they need one, that a worker requests of itself before it
	 * is ready.
	 */
	private List<String> paths = new ArrayList<>();

	/**
	 * Number of times that each path is requested.
	 */
	private int requests = 100;

	/**
	 * Time for which the paths are requested, in place of a number of times.
	 */
	private @Nullable Duration duration;

	/**
	 * Number of requests at the same time.
	 */
	private int concurrency = 2;

	/**
	 * Headers of each of these requests.
	 */
	private Map<String, String> headers = new LinkedHashMap<>();

	public List<String> getPaths() {
		return this.paths;
	}

	public void setPaths(List<String> paths) {
		this.paths = paths;
	}

	public int getRequests() {
		return this.requests;
	}

	public void setRequests(int requests) {
		this.requests = requests;
	}

	public @Nullable Duration getDuration() {
		return this.duration;
	}

	public void setDuration(@Nullable Duration duration) {
		this.duration = duration;
	}

	public int getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(int concurrency) {
		this.concurrency = concurrency;
	}

	public Map<String, String> getHeaders() {
		return this.headers;
	}

	public void setHeaders(Map<String, String> headers) {
		this.headers = headers;
	}

	WarmUpSettings settings() {
		return new WarmUpSettings(this.paths, this.requests, this.duration, this.concurrency, this.headers);
	}

}
