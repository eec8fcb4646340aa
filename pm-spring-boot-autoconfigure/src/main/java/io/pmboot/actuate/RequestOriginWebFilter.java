package io.pmboot.actuate;

import java.util.Optional;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Applies a {@link RequestOriginPolicy} and an {@link OperatorPolicy} to every request of
 * the master's web server, ahead of anything else, on a reactive server.
 */
class RequestOriginWebFilter implements WebFilter, Ordered {

	private final RequestOriginPolicy policy;

	private final OperatorPolicy operators;

	RequestOriginWebFilter(RequestOriginPolicy policy, OperatorPolicy operators) {
		this.policy = policy;
		this.operators = operators;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		HttpHeaders headers = exchange.getRequest().getHeaders();
		String reason = this.policy.refusal(headers.getFirst(HttpHeaders.HOST), headers.getFirst(HttpHeaders.ORIGIN),
				headers.getFirst(RequestOriginPolicy.FETCH_SITE));
		if (reason != null) {
			return refuse(exchange.getResponse(), reason);
		}
		ServerHttpRequest request = exchange.getRequest();
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
		response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
		return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(reply.bytes())));
	}

}
