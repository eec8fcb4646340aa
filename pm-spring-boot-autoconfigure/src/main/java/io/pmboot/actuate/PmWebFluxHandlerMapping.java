package io.pmboot.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.pmboot.Master;
import io.pmboot.actuate.Operations.Operation;
import io.pmboot.master.InitiatedMaster;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.Access;
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
 * Maps what endpoint {@code pm} changes, and the list of reloads, in Spring WebFlux. No
 * thread is held while a request waits for an outcome, and none of the server's while the
 * master answers.
 */
final class PmWebFluxHandlerMapping extends RouterFunctionMapping {

	/**
	 * Ahead of Actuator's own mapping, whose {@code pm/{group}} matches the same path.
	 */
	private static final int ORDER = -101;

	PmWebFluxHandlerMapping(InitiatedMaster master, ReloadProgress progress, WebEndpointProperties properties,
			WebEndpointsSupplier endpoints, EndpointAccessResolver accessResolver) {
		super(RouterFunctions.route()
			.add(reloads(master, progress, Operations.path(properties, endpoints, Access.READ_ONLY, accessResolver)))
			.add(router(new Operations(master),
					Operations.path(properties, endpoints, Access.UNRESTRICTED, accessResolver)))
			.build());
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> reloads(Master master, ReloadProgress progress,
			@Nullable String path) {
		if (path == null) {
			return (request) -> Mono.empty();
		}
		return RouterFunctions.route()
			.GET(path + Operations.RELOADS,
					(request) -> request.headers().accept().contains(MediaType.TEXT_PLAIN) ? steps(progress)
							: Mono.fromCallable(() -> JsonReply.list(master.reloads()))
								.subscribeOn(Schedulers.boundedElastic())
								.flatMap(PmWebFluxHandlerMapping::response))
			.build();
	}

	private static Mono<ServerResponse> steps(ReloadProgress progress) {
		Flux<String> lines = Flux.create((sink) -> {
			if (!progress.follow(new SinkLines(sink))) {
				sink.next(ReloadText.CROWDED.strip());
				sink.complete();
			}
		});
		return ServerResponse.ok()
			.contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
			.body((response, context) -> response.writeAndFlushWith(lines.map((line) -> Mono
				.just(response.bufferFactory().wrap((line + "\n").getBytes(StandardCharsets.UTF_8))))));
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
			// The master is asked on a thread that may block. The outcome comes on its
			// event loop, which writes no response.
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

	/**
	 * A stream of lines that somebody has subscribed to.
	 *
	 * @param sink its source
	 */
	private record SinkLines(FluxSink<String> sink) implements ReloadProgress.Lines {

		@Override
		public void write(String line) throws IOException {
			if (this.sink.isCancelled()) {
				throw new IOException("Nobody reads any more");
			}
			this.sink.next(line);
		}

		@Override
		public void end() {
			this.sink.complete();
		}

	}

}
