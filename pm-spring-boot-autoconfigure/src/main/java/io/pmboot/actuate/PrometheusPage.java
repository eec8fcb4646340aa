package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * One page of metrics: the master's own, and those of all its workers. Takes the place of
 * the master's endpoint {@code prometheus}, where that is exposed.
 */
class PrometheusPage {

	/** The parameter that names the metrics that are wanted. */
	static final String NAMES = "includedNames";

	private static final MediaType OPEN_METRICS = MediaType
		.parseMediaType("application/openmetrics-text;version=1.0.0;charset=utf-8");

	private static final MediaType TEXT = MediaType.parseMediaType("text/plain;version=0.0.4;charset=utf-8");

	private final PrometheusScrapeEndpoint own;

	private final WorkerMetrics workers;

	private final @Nullable String path;

	PrometheusPage(PrometheusScrapeEndpoint own, WorkerMetrics workers, PathMappedEndpoints endpoints) {
		this.own = own;
		this.workers = workers;
		this.path = endpoints.getPath(EndpointId.of("prometheus"));
	}

	/** Where it is, or {@code null} where the endpoint is not exposed. */
	@Nullable String path() {
		return this.path;
	}

	/**
	 * The page. Blocks until the workers have answered, a second at most.
	 * @param accept what the client accepts
	 * @param names the names of the metrics that are wanted; none for all
	 * @param query the query, as it was sent
	 */
	JsonReply page(List<MediaType> accept, Set<String> names, @Nullable String query) {
		byte[] own = this.own
			.scrape(PrometheusOutputFormat.CONTENT_TYPE_OPENMETRICS_100, names.isEmpty() ? null : names)
			.getBody();
		MetricsPage page = MetricsPage.parse((own != null) ? new String(own, StandardCharsets.UTF_8) : "");
		this.workers.addTo(page, query);
		if (!names.isEmpty()) {
			page.keep(names);
		}
		boolean openMetrics = accept.stream().anyMatch((type) -> type.getSubtype().equals(OPEN_METRICS.getSubtype()));
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(openMetrics ? OPEN_METRICS : TEXT);
		return new JsonReply(HttpStatus.OK, headers, page.write(openMetrics).getBytes(StandardCharsets.UTF_8));
	}

}
