package io.pmboot.web.reactive;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * A response that may be a stream of events, which is known when its body begins. Each
 * inner publisher of such a body is one event.
 */
final class EventStreamResponse extends ServerHttpResponseDecorator {

	private final ReactiveEventStreams streams;

	EventStreamResponse(ServerHttpResponse response, ReactiveEventStreams streams) {
		super(response);
		this.streams = streams;
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		MediaType type = getHeaders().getContentType();
		boolean isEventStream = type != null && MediaType.TEXT_EVENT_STREAM.equalsTypeAndSubtype(type);
		return super.writeAndFlushWith(isEventStream ? this.streams.endWithWorker(Flux.from(body)) : body);
	}

}
