package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Master;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadRefusedException;
import io.pmboot.UnknownGroupException;
import io.pmboot.actuate.ReloadRequest.InvalidRequestException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.EndpointMapping;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

/**
 * {@code POST …/pm/reload}, for whichever web stack. It is no operation of the endpoint
 * in Actuator's sense, because such a one with a body answers a POST that has none with
 * 415, ignores misspelt properties, and holds a thread while it waits.
 */
class ReloadOperation {

	private final Master master;

	ReloadOperation(Master master) {
		this.master = master;
	}

	/**
	 * Where it is reached, which follows the endpoint's own base path, path mapping,
	 * exposure and access.
	 * @param properties where endpoints are
	 * @param endpoints the endpoints that are exposed
	 * @param accessResolver what access is granted to them
	 * @return the path, or {@code null} where it must not be reached
	 */
	static @Nullable String path(WebEndpointProperties properties, WebEndpointsSupplier endpoints,
			EndpointAccessResolver accessResolver) {
		EndpointId id = EndpointId.of(PmEndpoint.ID);
		for (ExposableWebEndpoint endpoint : endpoints.getEndpoints()) {
			if (endpoint.getEndpointId().equals(id)
					&& accessResolver.accessFor(id, endpoint.getDefaultAccess()) == Access.UNRESTRICTED) {
				return new EndpointMapping(properties.getBasePath()).createSubPath(endpoint.getRootPath() + "/reload");
			}
		}
		return null;
	}

	/**
	 * Begins the reload. Blocks no longer than the master takes to answer.
	 * @param headers the headers of the request
	 * @param body its body
	 * @return completes with the answer, on the master's event loop where it was waited
	 * for
	 */
	CompletableFuture<JsonReply> reload(HttpHeaders headers, byte[] body) {
		try {
			ReloadRequest request = ReloadRequest.of(headers, body);
			List<PendingReload> reloads = (request.group() != null) ? List.of(this.master.reload(request.group()))
					: this.master.reload();
			return (request.awaited()) ? whenFinished(reloads) : CompletableFuture
				.completedFuture(JsonReply.accepted(reloads.stream().map(PendingReload::started).toList()));
		}
		catch (InvalidRequestException ex) {
			return CompletableFuture.completedFuture(JsonReply.error(ex.status(), String.valueOf(ex.getMessage())));
		}
		catch (UnknownGroupException ex) {
			return CompletableFuture.completedFuture(
					JsonReply.of(HttpStatus.NOT_FOUND, PmEndpointWebExtension.unknownGroup(this.master, ex)));
		}
		catch (ReloadRefusedException ex) {
			return CompletableFuture.completedFuture(refused(ex));
		}
	}

	private static CompletableFuture<JsonReply> whenFinished(List<PendingReload> reloads) {
		List<CompletableFuture<ReloadInfo>> outcomes = reloads.stream().map(PendingReload::finished).toList();
		return CompletableFuture.allOf(outcomes.toArray(CompletableFuture[]::new))
			.thenApply((finished) -> JsonReply.finished(outcomes.stream().map(CompletableFuture::join).toList()));
	}

	private static JsonReply refused(ReloadRefusedException ex) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", String.valueOf(ex.getMessage()));
		if (ex.runningId() == null) {
			return JsonReply.of(HttpStatus.SERVICE_UNAVAILABLE, body);
		}
		body.put("running", ex.runningId());
		return JsonReply.of(HttpStatus.CONFLICT, body);
	}

	static JsonReply tooLarge() {
		return JsonReply.error(HttpStatus.CONTENT_TOO_LARGE,
				"The body is larger than the %d bytes that a reload takes".formatted(ReloadRequest.MAX_BODY));
	}

	static JsonReply notAllowed(String method) {
		return JsonReply.error(HttpStatus.METHOD_NOT_ALLOWED,
				"A reload is asked for by POST, not %s".formatted(method));
	}

}
