package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.pmboot.GroupStartFailedException;
import io.pmboot.Master;
import io.pmboot.OperationRefusedException;
import io.pmboot.UnknownGroupException;
import io.pmboot.UnknownReloadException;
import io.pmboot.actuate.OperationBody.InvalidRequestException;
import io.pmboot.loop.EventLoop;
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
 * All that is asked of the master by {@code POST …/pm/…}, for whichever web stack. These
 * are no operations of the endpoint in Actuator's sense, because such a one with a body
 * answers a POST that has none with 415, ignores misspelt properties, and holds a thread
 * while it waits.
 */
class Operations {

	private final Master master;

	private final List<Operation> all;

	Operations(Master master) {
		this.master = master;
		this.all = List.of(ReloadOperation.reload(master), ReloadOperation.rollback(master),
				ReloadOperation.cancel(master), GroupOperation.scale(master), GroupOperation.restart(master),
				GroupOperation.stop(master), GroupOperation.start(master));
	}

	List<Operation> all() {
		return this.all;
	}

	/**
	 * Below which path they are reached, which follows the endpoint's own base path, path
	 * mapping, exposure and access.
	 * @param properties where endpoints are
	 * @param endpoints the endpoints that are exposed
	 * @param needed the access that it takes
	 * @param accessResolver what access is granted to them
	 * @return the path with a slash at its end, or {@code null} where they must not be
	 * reached
	 */
	static @Nullable String path(WebEndpointProperties properties, WebEndpointsSupplier endpoints, Access needed,
			EndpointAccessResolver accessResolver) {
		EndpointId id = EndpointId.of(PmEndpoint.ID);
		for (ExposableWebEndpoint endpoint : endpoints.getEndpoints()) {
			if (endpoint.getEndpointId().equals(id)
					&& accessResolver.accessFor(id, endpoint.getDefaultAccess()).compareTo(needed) >= 0) {
				return new EndpointMapping(properties.getBasePath()).createSubPath(endpoint.getRootPath()) + "/";
			}
		}
		return null;
	}

	/**
	 * Asks the master. Blocks no longer than the master takes to answer.
	 * @param operation what to ask
	 * @param headers the headers of the request
	 * @param body its body
	 * @return completes with the answer, whatever it is
	 */
	CompletableFuture<JsonReply> perform(Operation operation, HttpHeaders headers, byte[] body) {
		try {
			return operation.perform(headers, body).exceptionally(this::failed).toCompletableFuture();
		}
		catch (RuntimeException ex) {
			return CompletableFuture.completedFuture(failed(ex));
		}
	}

	private JsonReply failed(Throwable failure) {
		Throwable cause = EventLoop.cause(failure);
		String reason = String.valueOf(cause.getMessage());
		if (cause instanceof InvalidRequestException invalid) {
			return JsonReply.error(invalid.status(), reason);
		}
		if (cause instanceof IllegalArgumentException) {
			return JsonReply.error(HttpStatus.BAD_REQUEST, reason);
		}
		if (cause instanceof UnknownGroupException unknown) {
			return JsonReply.of(HttpStatus.NOT_FOUND, PmEndpointWebExtension.unknownGroup(this.master, unknown));
		}
		if (cause instanceof UnknownReloadException) {
			return JsonReply.error(HttpStatus.NOT_FOUND, reason);
		}
		if (cause instanceof OperationRefusedException refused) {
			return JsonReply.of(HttpStatus.CONFLICT, refusal(refused));
		}
		if (cause instanceof GroupStartFailedException) {
			return JsonReply.error(HttpStatus.INTERNAL_SERVER_ERROR, reason);
		}
		throw (cause instanceof RuntimeException unexpected) ? unexpected : new CompletionException(cause);
	}

	private static Map<String, Object> refusal(OperationRefusedException ex) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", String.valueOf(ex.getMessage()));
		if (ex.runningId() != null) {
			body.put("running", ex.runningId());
		}
		return body;
	}

	static JsonReply tooLarge(Operation operation) {
		return JsonReply.error(HttpStatus.CONTENT_TOO_LARGE, "The body is larger than the %d bytes that a %s takes"
			.formatted(OperationBody.MAX_SIZE, operation.word()));
	}

	static JsonReply notAllowed(Operation operation, String method) {
		return JsonReply.error(HttpStatus.METHOD_NOT_ALLOWED,
				"A %s is asked for by POST, not %s".formatted(operation.word(), method));
	}

}
