package io.pmboot.web.reactive;

import io.pmboot.web.EventStreamDrain;
import io.pmboot.worker.Drain;
import io.pmboot.worker.DrainSpread;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.Ordered;
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
public final class ReactiveEventStreams implements WebFilter, Ordered {

	private final EventStreamDrain<Sinks.Empty<Void>> streams;

	/**
	 * Creates the streams of a worker.
	 * @param spread when each of them ends
	 */
	public ReactiveEventStreams(DrainSpread spread) {
		this.streams = new EventStreamDrain<>(spread, Sinks.Empty::tryEmitEmpty);
	}

	/**
	 * How the streams end.
	 * @return the drain
	 */
	public Drain drain() {
		return this.streams;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return chain.filter(exchange.mutate().response(new EventStreamResponse(exchange.getResponse(), this)).build());
	}

	/**
	 * Lets a stream end when the worker drains.
	 * @param events the stream, event by event
	 * @return the same, perhaps shorter
	 * @param <T> the type of an event
	 */
	<T> Flux<T> endWithWorker(Flux<T> events) {
		return Flux.defer(() -> {
			Sinks.Empty<Void> end = Sinks.empty();
			this.streams.begun(end);
			return events.takeUntilOther(end.asMono()).doFinally((signal) -> this.streams.ended(end));
		});
	}

}
