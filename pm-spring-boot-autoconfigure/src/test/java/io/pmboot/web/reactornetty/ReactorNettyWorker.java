package io.pmboot.web.reactornetty;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.pmboot.socket.BoundListener;
import io.pmboot.web.ReactiveEventStreams;
import io.pmboot.web.RunningServer;
import io.pmboot.web.ServerFeature;
import io.pmboot.web.TestCertificates;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.Http2;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.reactive.socket.server.upgrade.ReactorNettyRequestUpgradeStrategy;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

/**
 * A Reactor Netty on shared listeners. Answers with its name; {@code /hold} only when
 * released, {@code /block} blocks its event loop until then, {@code /body} answers with
 * what was sent, {@code /slow} after 300 ms, {@code /events} with events, {@code /socket}
 * by a WebSocket.
 */
final class ReactorNettyWorker extends RunningServer {

	private final AtomicInteger held = new AtomicInteger();

	private final AtomicInteger cancelled = new AtomicInteger();

	private final Sinks.Empty<String> released = Sinks.empty();

	private final String name;

	private final ReactiveEventStreams streams = new ReactiveEventStreams(this.spread);

	ReactorNettyWorker(String name, List<? extends BoundListener> shared,
			Consumer<NettyReactiveWebServerFactory> settings) throws IOException {
		super(shared);
		this.name = name;
		SharedReactorNetty server = new SharedReactorNetty(this.listeners, this.spread, () -> null);
		NettyReactiveWebServerFactory factory = new NettyReactiveWebServerFactory(-1);
		settings.accept(factory);
		server.customize(factory);
		run(factory.getWebServer(
				WebHttpHandlerBuilder.webHandler(RouterFunctions.toWebHandler(routes())).filter(this.streams).build()),
				server, this.streams);
	}

	ReactorNettyWorker(String name, List<? extends BoundListener> shared, Set<ServerFeature> features)
			throws IOException {
		this(name, shared, (factory) -> features.forEach((feature) -> add(feature, factory)));
	}

	private static void add(ServerFeature feature, NettyReactiveWebServerFactory factory) {
		switch (feature) {
			case SHORT_IDLE_TIME_OUT ->
				factory.addServerCustomizers((server) -> server.idleTimeout(Duration.ofSeconds(1)));
			case TLS -> factory.setSsl(TestCertificates.ssl());
			case HTTP_2 -> {
				Http2 http2 = new Http2();
				http2.setEnabled(true);
				factory.setHttp2(http2);
			}
			case FOUR_THREADS, VIRTUAL_THREADS, TWO_CONNECTIONS, WEB_SOCKETS -> {
				// It has neither threads of requests nor a limit, and always has
				// WebSockets.
			}
		}
	}

	private RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route()
			.GET("/hold", (request) -> hold())
			.GET("/async", (request) -> hold())
			.GET("/block", (request) -> block())
			.POST("/body", (request) -> text(request.bodyToMono(String.class)))
			.GET("/port", (request) -> text(Mono.just(port(request))))
			.GET("/slow", (request) -> text(Mono.just(this.name).delayElement(Duration.ofMillis(300))))
			.GET("/fail", (request) -> ServerResponse.status(HttpStatus.SERVICE_UNAVAILABLE).build())
			.GET("/refuse", (request) -> ServerResponse.notFound().build())
			.GET("/throw", (request) -> Mono.error(new IllegalStateException("as asked")))
			.GET("/events", (request) -> events())
			.GET("/socket", ReactorNettyWorker::socket)
			.route(RequestPredicates.all(), (request) -> text(Mono.just(this.name)))
			.build();
	}

	private static String port(ServerRequest request) {
		return String.valueOf(Objects.requireNonNull(request.exchange().getRequest().getLocalAddress()).getPort());
	}

	private Mono<ServerResponse> hold() {
		this.held.incrementAndGet();
		return text(this.released.asMono().defaultIfEmpty(this.name));
	}

	// On the event loop, which nobody should.
	private Mono<ServerResponse> block() {
		this.held.incrementAndGet();
		this.released.asMono().toFuture().join();
		return text(Mono.just(this.name));
	}

	private Mono<ServerResponse> events() {
		return ServerResponse.ok()
			.contentType(MediaType.TEXT_EVENT_STREAM)
			.body(Flux.range(0, Integer.MAX_VALUE)
				.delayElements(Duration.ofMillis(1))
				.doOnCancel(this.cancelled::incrementAndGet), Integer.class);
	}

	private static Mono<ServerResponse> socket(ServerRequest request) {
		WebSocketHandler silent = (session) -> session.receive().then();
		return new HandshakeWebSocketService(new ReactorNettyRequestUpgradeStrategy())
			.handleRequest(request.exchange(), silent)
			.then(Mono.empty());
	}

	private static Mono<ServerResponse> text(Mono<String> text) {
		return text.flatMap((body) -> ServerResponse.ok().contentType(MediaType.TEXT_PLAIN).bodyValue(body));
	}

	@Override
	public int held() {
		return this.held.get();
	}

	@Override
	public void release() {
		this.released.tryEmitEmpty();
	}

	@Override
	public void awaitEndOfEvents() {
		await().untilAtomic(this.cancelled, equalTo(1));
	}

}
