package io.pmboot.web.reactive;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.pmboot.DrainReason;
import io.pmboot.worker.Drain;
import io.pmboot.worker.DrainSpread;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

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
public final class ReactiveEventStreams implements WebFilter, Ordered, Drain {

	private final DrainSpread spread;

	private final Set<Sinks.Empty<Void>> open = ConcurrentHashMap.newKeySet();

	private volatile boolean draining;

	/**
	 * Creates the streams of a worker.
	 * @param spread when each of them ends
	 */
	public ReactiveEventStreams(DrainSpread spread) {
		this.spread = spread;
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
			this.open.add(end);
			if (this.draining) {
				endLater(end);
			}
			return events.takeUntilOther(end.asMono()).doFinally((signal) -> this.open.remove(end));
		});
	}

	// Not on the thread that tells the moment: the application may hear of it there.
	private void endLater(Sinks.Empty<Void> end) {
		this.spread.end(() -> Schedulers.boundedElastic().schedule(end::tryEmitEmpty));
	}

	@Override
	public void open() {
	}

	/**
	 * The web server waits for the connections of the streams, this for nothing.
	 */
	@Override
	public CompletionStage<Void> begin(DrainReason reason) {
		this.draining = true;
		if (!reason.awaitsIdleConnections()) {
			this.spread.hasten();
		}
		this.open.forEach(this::endLater);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void hasten(DrainReason reason) {
		this.spread.hasten();
	}

}
