package io.pmboot.actuate;

import io.pmboot.Master;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;

/**
 * Maps what endpoint {@code pm} changes, in Spring WebFlux. No thread is held while a
 * request waits for an outcome, and none of the server's while the master answers.
 *
 * @since 0.1
 */
public class PmWebFluxHandlerMapping extends RouterFunctionMapping {

	/**
	 * Ahead of Actuator's own mapping, whose {@code pm/{group}} matches the same path.
	 */
	private static final int ORDER = -101;

	public PmWebFluxHandlerMapping(Master master, WebEndpointProperties properties, WebEndpointsSupplier endpoints,
			EndpointAccessResolver accessResolver) {
		super(router(new Operations(master), Operations.path(properties, endpoints, accessResolver)));
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> router(Operations operations, @Nullable String path) {
		if (path == null) {
			return (request) -> Mono.empty();
		}
		RouterFunctions.Builder routes = RouterFunctions.route();
		for (Operation operation : operations.all()) {
			routes.POST(path + operation.word(), (request) -> perform(operations, operation, request))
				.route(RequestPredicates.path(path + operation.word()), (request) -> notAllowed(operation, request));
		}
		return routes.build();
	}

	private static Mono<ServerResponse> perform(Operations operations, Operation operation, ServerRequest request) {
		return body(request)
			// The master is asked on a thread that may block, and its event loop, on
			// which
			// the outcome comes, writes no response.
			.publishOn(Schedulers.boundedElastic())
			.flatMap((body) -> Mono.fromFuture(operations.perform(operation, request.headers().asHttpHeaders(), body),
					true))
			.publishOn(Schedulers.parallel())
			.onErrorResume(DataBufferLimitException.class, (ex) -> Mono.just(Operations.tooLarge(operation)))
			.flatMap(PmWebFluxHandlerMapping::response);
	}

	private static Mono<byte[]> body(ServerRequest request) {
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), OperationBody.MAX_SIZE)
			.map(PmWebFluxHandlerMapping::bytes)
			// A filter that asked for form data has consumed the body.
			.onErrorReturn((ex) -> ex instanceof IllegalStateException && !(ex instanceof DataBufferLimitException),
					new byte[0])
			.defaultIfEmpty(new byte[0]);
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private static Mono<ServerResponse> notAllowed(Operation operation, ServerRequest request) {
		JsonReply reply = Operations.notAllowed(operation, request.method().name());
		return ServerResponse.status(reply.status())
			.allow(HttpMethod.POST)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(reply.bytes());
	}

	private static Mono<ServerResponse> response(JsonReply reply) {
		return ServerResponse.status(reply.status()).contentType(MediaType.APPLICATION_JSON).bodyValue(reply.bytes());
	}

}
