package io.pmboot.actuate;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

import io.pmboot.actuate.Operations.Operation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.StringUtils;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.function.server.support.RouterFunctionMapping;

/**
 * Maps what endpoint {@code pm} changes, and what it tells beside the status, in Spring
 * WebFlux. No thread is held while a request waits for an outcome, and none of the
 * server's while the master answers.
 */
final class PmWebFluxHandlerMapping extends RouterFunctionMapping {

	/**
	 * Ahead of Actuator's own mapping, whose {@code pm/{group}} matches the same path.
	 */
	private static final int ORDER = -101;

	private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

	/** Of what is relayed: how many buffers of a request, and bytes of a buffer. */
	private static final int DEMAND = 4;

	private static final int BUFFER = 16 * 1024;

	/** How long somebody who follows may not read. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

	PmWebFluxHandlerMapping(Sources sources) {
		super(routes(sources));
		setOrder(ORDER);
	}

	private static RouterFunction<ServerResponse> routes(Sources sources) {
		Operations operations = sources.operations();
		ReloadProgress progress = sources.progress();
		History history = sources.history();
		WorkerRelay relay = sources.relay();
		PrometheusPage metrics = sources.metrics();
		String path = operations.path();
		if (path == null) {
			return (request) -> Mono.empty();
		}
		RouterFunctions.Builder routes = RouterFunctions.route()
			.GET(path + "reloads",
					(request) -> isPlainText(request) ? follow(progress::follow, TEXT, ReloadProgress.CROWDED)
							: told(operations::reloads))
			.GET(path + "logs/{group}/{index}",
					(request) -> told(() -> operations.log(request.pathVariable("group"), request.pathVariable("index"),
							request.queryParams().toSingleValueMap(), isPlainText(request))))
			.GET(path + "doctor", (request) -> told(operations::findings))
			.GET(path + "history", (request) -> told(() -> history.reply(request.queryParam("group").orElse(null))));
		Ui ui = sources.ui();
		routes.GET(path + Ui.PATH, (request) -> response(ui.reply()))
			.GET(path + Ui.PATH + "/live", (request) -> follow(ui::follow, MediaType.TEXT_EVENT_STREAM, Ui.CROWDED));
		for (Operation operation : operations.all()) {
			routes.POST(path + operation.word(), (request) -> perform(operations, operation, request))
				.route(RequestPredicates.path(path + operation.word()),
						(request) -> response(Operations.notAllowed(operation, request.method())));
		}
		String workers = path + WorkerRelay.PATH;
		routes.route(RequestPredicates.path(workers + "**"), (request) -> relay(operations, relay, workers, request));
		if (metrics != null && metrics.path() != null) {
			routes.GET(
					metrics.path(), (
							request) -> Mono
								.fromCallable(() -> metrics.page(request.headers().accept(),
										StringUtils.commaDelimitedListToSet(
												request.queryParam(PrometheusPage.NAMES).orElse("")),
										request.uri().getRawQuery()))
								.subscribeOn(Schedulers.boundedElastic())
								.flatMap(PmWebFluxHandlerMapping::response));
		}
		return routes.build();
	}

	private static boolean isPlainText(ServerRequest request) {
		return request.headers().accept().contains(MediaType.TEXT_PLAIN);
	}

	private static Mono<ServerResponse> told(Callable<JsonReply> reply) {
		return Mono.fromCallable(reply)
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap(PmWebFluxHandlerMapping::response);
	}

	private static Mono<ServerResponse> follow(Followers.Source source, MediaType type, String crowded) {
		Flux<String> lines = Flux.create((sink) -> {
			if (!source.follow((line) -> write(line, sink), sink::complete)) {
				sink.next(crowded);
				sink.complete();
			}
		});
		return ServerResponse.ok()
			.contentType(type)
			.body((response, context) -> response.writeAndFlushWith(lines.map((line) -> Mono
				.just(response.bufferFactory().wrap((line + "\n").getBytes(StandardCharsets.UTF_8))))));
	}

	// On a thread of the follower's own, which waits until the line is wanted.
	private static void write(String line, FluxSink<String> sink) throws IOException {
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (!sink.isCancelled() && sink.requestedFromDownstream() == 0 && System.nanoTime() < end) {
			LockSupport.parkNanos(LOOK_AGAIN.toNanos());
		}
		if (sink.isCancelled() || sink.requestedFromDownstream() == 0) {
			IOException gone = new IOException("Nobody reads any more");
			sink.error(gone);
			throw gone;
		}
		sink.next(line);
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

	private static Mono<ServerResponse> relay(Operations operations, WorkerRelay relay, String workers,
			ServerRequest request) {
		if (operations.isReadOnly() && !WorkerRelay.isReading(request.method())) {
			return response(Operations.readOnly(request.method()));
		}
		HttpHeaders headers = request.headers().asHttpHeaders();
		URI uri = request.uri();
		String path = WorkerRelay.after(workers, uri.getRawPath());
		String base = WorkerRelay.before(path, uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath());
		return Mono
			.fromFuture(() -> relay.relay(new WorkerRelay.Request(request.method().name(), base, path,
					request.uri().getRawQuery(), headers,
					WorkerRelay.Request.hasBody(request.method(), headers) ? DataBufferUtils.subscriberInputStream(
							request.exchange().getRequest().getBody().timeout(PATIENCE), DEMAND) : null)))
			.publishOn(Schedulers.parallel())
			.flatMap((relayed) -> ServerResponse.status(relayed.status())
				.headers((all) -> all.putAll(relayed.headers()))
				.body((response, context) -> response
					.writeWith(DataBufferUtils.readInputStream(relayed::body, response.bufferFactory(), BUFFER)
						.subscribeOn(Schedulers.boundedElastic()))));
	}

	private static Mono<ServerResponse> response(JsonReply reply) {
		return ServerResponse.status(reply.status())
			.headers((headers) -> headers.putAll(reply.headers()))
			.bodyValue(reply.bytes());
	}

}
