package io.pmboot.actuate;

import java.io.IOException;
import java.net.InetSocketAddress;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Applies both policies to every request of the master's web server, ahead of anything
 * else, on a servlet container.
 *
 * @param policy by where the request comes from
 * @param operators by whose it is
 */
record RequestOriginFilter(RequestOriginPolicy policy, OperatorPolicy operators) implements Filter, Ordered {

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		HttpServletRequest http = (HttpServletRequest) request;
		String reason = refusal(http);
		if (reason == null) {
			chain.doFilter(request, response);
			return;
		}
		JsonReply reply = JsonReply.error(HttpStatus.FORBIDDEN, reason);
		((HttpServletResponse) response).setStatus(reply.status().value());
		response.setContentType(MediaType.APPLICATION_JSON_VALUE);
		response.getOutputStream().write(reply.bytes());
	}

	private @Nullable String refusal(HttpServletRequest request) {
		String reason = this.policy.refusal(request::getHeader);
		if (reason != null || !this.operators.concerns(request.getMethod(), request)) {
			return reason;
		}
		return this.operators.refusal(new InetSocketAddress(request.getRemoteAddr(), request.getRemotePort()),
				new InetSocketAddress(request.getLocalAddr(), request.getLocalPort()));
	}

}
