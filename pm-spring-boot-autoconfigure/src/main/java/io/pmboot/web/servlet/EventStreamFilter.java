package io.pmboot.web.servlet;

import java.io.IOException;

import io.pmboot.accept.Spread;
import io.pmboot.web.EventStreams;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Ends the event streams (Server-Sent Events) of a worker that drains, between two events
 * and as their protocol has it, so that their clients come back at once. What the
 * application writes to one afterwards fails as if the client had gone.
 *
 * @since 0.1
 */
public final class EventStreamFilter extends EventStreams<EventStream> implements Filter {

	/**
	 * Creates the filter of a worker.
	 * @param spread when each stream ends
	 */
	public EventStreamFilter(Spread spread) {
		super(spread, EventStream::end);
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (!(response instanceof HttpServletResponse http)) {
			chain.doFilter(request, response);
			return;
		}
		EventStreamResponse watched = watch(request, http);
		try {
			chain.doFilter(request, watched);
		}
		finally {
			watched.returned();
		}
	}

	EventStreamResponse watch(ServletRequest request, HttpServletResponse response) {
		return new EventStreamResponse(request, response, this);
	}

}
