package io.pmboot.server.reactive;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Answers with what was asked for. */
@RestController
@ConditionalOnWebApplication(type = Type.REACTIVE)
class ReactiveController {

	/** Of 100 answers so many fail. */
	@Value("${load.fail-percent:0}")
	private int failPercent;

	@GetMapping(path = "/load/**", produces = MediaType.TEXT_PLAIN_VALUE)
	Mono<String> load(ServerHttpRequest request) {
		if (ThreadLocalRandom.current().nextInt(100) < this.failPercent) {
			return Mono.error(new IllegalStateException("It fails because load.fail-percent says so"));
		}
		return Mono.just(request.getURI().getPath());
	}

	@GetMapping(path = "/slow", produces = MediaType.TEXT_PLAIN_VALUE)
	Mono<String> slow(@RequestParam long ms, ServerHttpRequest request) {
		return Mono.delay(Duration.ofMillis(ms))
			.map((tick) -> request.getURI().getPath() + "?" + request.getURI().getQuery());
	}

	@PostMapping(path = "/upload/**", produces = MediaType.TEXT_PLAIN_VALUE)
	Mono<String> upload(@RequestBody Mono<String> body, ServerHttpRequest request) {
		return body.map((text) -> request.getURI().getPath() + " " + text.length());
	}

	@GetMapping("/events")
	Flux<ServerSentEvent<Integer>> events(@RequestParam long ms) {
		return Flux.range(1, Integer.MAX_VALUE)
			.delayElements(Duration.ofMillis(ms))
			.map((number) -> ServerSentEvent.builder(number).build());
	}

}
