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
		super(router(new ReloadOperation(master), ReloadOperation.path(properties, endpoints, accessResolver)));
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> router(ReloadOperation operation, @Nullable String path) {
		if (path == null) {
			return (request) -> Mono.empty();
		}
		return RouterFunctions.route()
			.POST(path, (request) -> reload(operation, request))
			.route(RequestPredicates.path(path), PmWebFluxHandlerMapping::notAllowed)
			.build();
	}

	private static Mono<ServerResponse> reload(ReloadOperation operation, ServerRequest request) {
		return body(request)
			// The master is asked on a thread that may block, and its event loop, on
			// which
			// the outcome comes, writes no response.
			.publishOn(Schedulers.boundedElastic())
			.flatMap((body) -> Mono.fromFuture(operation.reload(request.headers().asHttpHeaders(), body), true))
			.publishOn(Schedulers.parallel())
			.onErrorResume(DataBufferLimitException.class, (ex) -> Mono.just(ReloadOperation.tooLarge()))
			.flatMap(PmWebFluxHandlerMapping::response);
	}

	private static Mono<byte[]> body(ServerRequest request) {
		return DataBufferUtils.join(request.exchange().getRequest().getBody(), ReloadRequest.MAX_BODY)
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

	private static Mono<ServerResponse> notAllowed(ServerRequest request) {
		JsonReply reply = ReloadOperation.notAllowed(request.method().name());
		return ServerResponse.status(reply.status())
			.allow(HttpMethod.POST)
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue(reply.bytes());
	}

	private static Mono<ServerResponse> response(JsonReply reply) {
		return ServerResponse.status(reply.status()).contentType(MediaType.APPLICATION_JSON).bodyValue(reply.bytes());
	}

}
