package io.pmboot.actuate;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Master;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RequestPredicates;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.servlet.function.support.RouterFunctionMapping;

/**
 * Maps what endpoint {@code pm} changes, in Spring MVC. No thread is held while a request
 * waits for an outcome.
 *
 * @since 0.1
 */
public class PmWebMvcHandlerMapping extends RouterFunctionMapping {

	/**
	 * Ahead of Actuator's own mapping, whose {@code pm/{group}} matches the same path.
	 */
	private static final int ORDER = -101;

	public PmWebMvcHandlerMapping(Master master, WebEndpointProperties properties, WebEndpointsSupplier endpoints,
			EndpointAccessResolver accessResolver) {
		super(router(new ReloadOperation(master), ReloadOperation.path(properties, endpoints, accessResolver)));
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> router(ReloadOperation operation, @Nullable String path) {
		if (path == null) {
			return (request) -> Optional.empty();
		}
		return RouterFunctions.route()
			.POST(path, (request) -> reload(operation, request))
			.route(RequestPredicates.path(path), PmWebMvcHandlerMapping::notAllowed)
			.build();
	}

	private static ServerResponse reload(ReloadOperation operation, ServerRequest request) throws IOException {
		if (request.headers().asHttpHeaders().getContentLength() > ReloadRequest.MAX_BODY) {
			return response(ReloadOperation.tooLarge());
		}
		byte[] body = request.servletRequest().getInputStream().readNBytes(ReloadRequest.MAX_BODY + 1);
		if (body.length > ReloadRequest.MAX_BODY) {
			return response(ReloadOperation.tooLarge());
		}
		CompletableFuture<ServerResponse> response = operation.reload(request.headers().asHttpHeaders(), body)
			.thenApply(PmWebMvcHandlerMapping::response);
		// Without a time-out of its own: a reload is bounded by its group's settings.
		return ServerResponse.async(response, Duration.ZERO);
	}

	private static ServerResponse notAllowed(ServerRequest request) {
		JsonReply reply = ReloadOperation.notAllowed(request.method().name());
		return ServerResponse.status(reply.status())
			.allow(HttpMethod.POST)
			.contentType(MediaType.APPLICATION_JSON)
			.body(reply.bytes());
	}

	private static ServerResponse response(JsonReply reply) {
		return ServerResponse.status(reply.status()).contentType(MediaType.APPLICATION_JSON).body(reply.bytes());
	}

}
