package io.pmboot.web.tomcat;

import java.io.IOException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;

import io.pmboot.socket.PrivateSocket;
import io.pmboot.worker.PrivateConnector;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

/**
 * HTTP on a private socket, whose requests bear a mark.
 */
final class PrivateHttp11NioProtocol extends Http11NioProtocol {

	PrivateHttp11NioProtocol(PrivateSocket socket) {
		super(new Endpoint(socket));
	}

	@Override
	public void setAdapter(Adapter adapter) {
		super.setAdapter(new MarkingAdapter(adapter));
	}

	/**
	 * Accepts from the socket.
	 */
	private static final class Endpoint extends NioEndpoint {

		private final PrivateSocket socket;

		Endpoint(PrivateSocket socket) {
			this.socket = socket;
		}

		// Where there is one, Tomcat asks for nothing that only TCP has, and connects to
		// it
		// to wake its acceptor.
		@Override
		public String getUnixDomainSocketPath() {
			return this.socket.path().toString();
		}

		@Override
		protected void initServerSocket() {
			// It listens already.
		}

		@Override
		protected @Nullable NetworkChannel getServerSocket() {
			return null;
		}

		@Override
		protected SocketChannel serverSocketAccept() throws Exception {
			return this.socket.accept();
		}

		@Override
		protected void doCloseServerSocket() throws IOException {
			this.socket.close();
		}

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
