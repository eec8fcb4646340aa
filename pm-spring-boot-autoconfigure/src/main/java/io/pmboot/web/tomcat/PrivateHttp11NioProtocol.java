package io.pmboot.web.tomcat;

import io.pmboot.worker.PrivateConnector;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;

/**
 * HTTP for this worker's own requests, which bear a mark.
 */
final class PrivateHttp11NioProtocol extends Http11NioProtocol {

	@Override
	public void setAdapter(Adapter adapter) {
		super.setAdapter(new MarkingAdapter(adapter));
	}

	void setUnixDomainSocketPath(String path) {
		((NioEndpoint) getEndpoint()).setUnixDomainSocketPath(path);
	}

	/**
	 * Marks requests on their way into the application.
	 *
	 * @param adapter the way
	 */
	private record MarkingAdapter(Adapter adapter) implements Adapter {

		@Override
		public void service(Request request, Response response) throws Exception {
			request.setAttribute(PrivateConnector.REQUEST_ATTRIBUTE, Boolean.TRUE);
			this.adapter.service(request, response);
		}

		@Override
		public boolean prepare(Request request, Response response) throws Exception {
			return this.adapter.prepare(request, response);
		}

		@Override
		public boolean asyncDispatch(Request request, Response response, SocketEvent status) throws Exception {
			return this.adapter.asyncDispatch(request, response, status);
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

}
