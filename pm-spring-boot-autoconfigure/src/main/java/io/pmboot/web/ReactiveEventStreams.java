package io.pmboot.web;

import io.pmboot.accept.Spread;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Ends the event streams (Server-Sent Events) of a worker that drains: each at a moment
 * of its own, between two events and as its protocol has it, so that its client comes
 * back at once. To the application it looks as if the client had gone: its stream is
 * cancelled.
 *
 * @since 0.1
 */
public final class ReactiveEventStreams extends EventStreams<Sinks.Empty<Void>> implements WebFilter {

	/**
	 * Creates the streams of a worker.
	 * @param spread when each of them ends
	 */
	public ReactiveEventStreams(Spread spread) {
		super(spread, Sinks.Empty::tryEmitEmpty);
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return chain.filter(exchange.mutate().response(new EventStreamResponse(exchange.getResponse())).build());
	}

	/**
	 * Lets a stream end when the worker drains.
	 * @param events the stream, event by event
	 * @param <T> the type of an event
	 * @return the same, perhaps shorter
	 */
	private <T> Flux<T> endWithWorker(Flux<T> events) {
		return Flux.defer(() -> {
			Sinks.Empty<Void> end = Sinks.empty();
			begun(end);
			return events.takeUntilOther(end.asMono()).doFinally((signal) -> ended(end));
		});
	}

	/**
	 * A response that may be a stream of events, which is known when its body begins.
	 * Each inner publisher of such a body is one event.
	 */
	private final class EventStreamResponse extends ServerHttpResponseDecorator {

		EventStreamResponse(ServerHttpResponse response) {
			super(response);
		}

		@Override
		public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
			MediaType type = getHeaders().getContentType();
			boolean isEventStream = type != null && MediaType.TEXT_EVENT_STREAM.equalsTypeAndSubtype(type);
			return super.writeAndFlushWith(isEventStream ? endWithWorker(Flux.from(body)) : body);
		}

	}

}
