package io.pmboot.actuate;

import java.util.Optional;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Applies both policies to every request of the master's web server, ahead of anything
 * else, on a reactive server.
 *
 * @param policy by where the request comes from
 * @param operators by whose it is
 */
record RequestOriginWebFilter(RequestOriginPolicy policy, OperatorPolicy operators) implements WebFilter, Ordered {

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		String reason = this.policy.refusal(request.getHeaders()::getFirst);
		if (reason != null) {
			return refuse(exchange.getResponse(), reason);
		}
		if (!this.operators.concerns(request.getMethod().name(),
				ServerHttpRequestDecorator.getNativeRequest(request))) {
			return chain.filter(exchange);
		}
		// Files are read, which no thread of the server is to wait for
		return Mono
			.fromCallable(() -> Optional
				.ofNullable(this.operators.refusal(request.getRemoteAddress(), request.getLocalAddress())))
			.subscribeOn(Schedulers.boundedElastic())
			.flatMap((refusal) -> refusal.map((why) -> refuse(exchange.getResponse(), why))
				.orElseGet(() -> chain.filter(exchange)));
	}

	private static Mono<Void> refuse(ServerHttpResponse response, String reason) {
		JsonReply reply = JsonReply.error(HttpStatus.FORBIDDEN, reason);
		response.setStatusCode(reply.status());
		response.getHeaders().putAll(reply.headers());
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(reply.bytes())));
	}

}
