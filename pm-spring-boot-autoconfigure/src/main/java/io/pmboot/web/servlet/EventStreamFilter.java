package io.pmboot.web.servlet;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Sees responses that turn out to be streams of events.
 */
final class EventStreamFilter implements Filter {

	private final EventStreams streams;

	EventStreamFilter(EventStreams streams) {
		this.streams = streams;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (!(response instanceof HttpServletResponse http)) {
			chain.doFilter(request, response);
			return;
		}
		EventStreamResponse watched = new EventStreamResponse(request, http, this.streams);
		try {
			chain.doFilter(request, watched);
		}
		finally {
			watched.returned();
		}
	}

}
