package io.pmboot.actuate;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.pmboot.master.WorkerActuator;

import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.ForwardedHeaderUtils;

/**
 * Lists what a worker's Actuator has, as Actuator lists its own endpoints.
 */
final class WorkerLinks {

	private WorkerLinks() {
	}

	static JsonReply reply(WorkerActuator worker, WorkerAddress address, WorkerRelay.Request request) {
		if (!WorkerRelay.isReading(HttpMethod.valueOf(request.method()))) {
			return notAllowed();
		}
		String self = forwarded(request) + address.group() + "/" + worker.worker().index();
		String query = (address.generation() != null) ? "?" + WorkerAddress.GENERATION + address.generation() : "";
		Map<String, Object> links = new LinkedHashMap<>();
		links.put("self", link(self + query));
		address.endpoints(worker).forEach((endpoint) -> links.put(endpoint, link(self + "/" + endpoint + query)));
		return JsonReply.of(HttpStatus.OK, MediaType.asMediaType(ApiVersion.LATEST.getProducedMimeType()),
				RecordMembers.json(Map.of("_links", links)));
	}

	private static JsonReply notAllowed() {
		JsonReply reply = JsonReply.error(HttpStatus.METHOD_NOT_ALLOWED,
				"What a worker has is told by GET; to change something, name the endpoint");
		reply.headers().setAllow(Set.of(HttpMethod.GET, HttpMethod.HEAD));
		return reply;
	}

	// The URL by which a proxy was asked, where it says so.
	private static String forwarded(WorkerRelay.Request request) {
		URI base = URI.create(request.base());
		try {
			return ForwardedHeaderUtils.adaptFromForwardedHeaders(base, request.headers())
				.replacePath(Objects.requireNonNullElse(request.headers().getFirst("X-Forwarded-Prefix"), "")
						+ base.getRawPath())
				.toUriString();
		}
		catch (IllegalArgumentException ex) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"What a proxy says of the URL it was asked by cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static Map<String, Object> link(String href) {
		return Map.of("href", href, "templated", false);
	}

}
