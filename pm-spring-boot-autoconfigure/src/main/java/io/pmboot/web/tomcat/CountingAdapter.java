package io.pmboot.web.tomcat;

import java.util.concurrent.atomic.AtomicBoolean;

import io.pmboot.accept.Requests;
import org.apache.coyote.ActionCode;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * Tomcat's way from a connection into the application, with each request counted from its
 * begin to its end: for an asynchronous one that is when Tomcat dispatches it for the
 * last time.
 */
final class CountingAdapter implements Adapter {

	private final Adapter adapter;

	private final Requests<Request> requests;

	CountingAdapter(Adapter adapter, Requests<Request> requests) {
		this.adapter = adapter;
		this.requests = requests;
	}

	@Override
	public void service(Request request, Response response) throws Exception {
		long since = request.getStartTimeNanos();
		this.requests.begun(request, (since >= 0) ? since : System.nanoTime(), Thread.currentThread());
		try {
			this.adapter.service(request, response);
		}
		finally {
			endUnlessAsynchronous(request);
		}
	}

	@Override
	public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
		this.requests.holds(request, Thread.currentThread());
		try {
			return this.adapter.asyncDispatch(request, response, status);
		}
		finally {
			endUnlessAsynchronous(request);
		}
	}

	private void endUnlessAsynchronous(Request request) {
		AtomicBoolean asynchronous = new AtomicBoolean();
		request.action(ActionCode.ASYNC_IS_ASYNC, asynchronous);
		if (asynchronous.get()) {
			this.requests.holds(request, null);
		}
		else {
			this.requests.ended(request);
		}
	}

	@Override
	public boolean prepare(Request request, Response response) throws Exception {
		return this.adapter.prepare(request, response);
	}

	@Override
	public void log(Request request, Response response, long time) {
		this.adapter.log(request, response, time);
	}

	@Override
	public void checkRecycled(Request request, Response response) {
		this.adapter.checkRecycled(request, response);
	}

	@Override
	public String getDomain() {
		return this.adapter.getDomain();
	}

}
