package io.pmboot.web.tomcat;

import java.io.IOException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import io.pmboot.socket.PrivateSocket;
import io.pmboot.web.PrivateConnector;
import jakarta.servlet.ServletRequest;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Service;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.Adapter;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Lets Tomcat answer on a private socket, on the threads that serve requests from
 * outside, and without entries in its access log.
 *
 * @since 0.1
 */
public final class TomcatPrivateConnector
		implements PrivateConnector, WebServerFactoryCustomizer<TomcatWebServerFactory> {

	private final boolean alone;

	private final AtomicReference<@Nullable Connector> main = new AtomicReference<>();

	/**
	 * Creates it.
	 * @param alone whether the server that it customizes listens nowhere else
	 */
	public TomcatPrivateConnector(boolean alone) {
		this.alone = alone;
	}

	@Override
	public void customize(TomcatWebServerFactory factory) {
		if (this.alone) {
			// It has no listeners unless it is given some.
			factory.setProtocol(SharedHttp11NioProtocol.class.getName());
		}
		factory.addConnectorCustomizers(this::setMain);
	}

	void setMain(Connector main) {
		this.main.set(main);
	}

	@Override
	public boolean isInUse() {
		return this.main.get() != null;
	}

	@Override
	public Opened open(Path path) throws IOException {
		Connector main = this.main.get();
		if (main == null) {
			throw new IOException("There is no Tomcat");
		}
		PrivateSocket socket = PrivateSocket.open(path);
		PrivateHttp11NioProtocol protocol = new PrivateHttp11NioProtocol(socket);
		protocol.setExecutor(main.getProtocolHandler().getExecutor());
		if (main.getProtocolHandler() instanceof AbstractProtocol<?> like) {
			protocol.setMaxConnections(like.getMaxConnections());
			protocol.setConnectionTimeout(like.getConnectionTimeout());
		}
		Connector connector = new Connector(protocol);
		Service service = main.getService();
		leaveOutOfAccessLog(service.getContainer());
		service.addConnector(connector);
		Opened opened = new Opened(socket, () -> remove(service, connector));
		if (connector.getState() != LifecycleState.STARTED) {
			opened.close();
			throw new IOException("Tomcat's log says why it cannot listen on " + path);
		}
		return opened;
	}

	private static void remove(Service service, Connector connector) {
		// The threads are the server's.
		((PrivateHttp11NioProtocol) connector.getProtocolHandler()).setExecutor(null);
		service.removeConnector(connector);
	}

	@Override
	public boolean brought(Object request) {
		return request instanceof ServletRequest servlet && servlet.getAttribute(REQUEST_ATTRIBUTE) != null;
	}

	private static void leaveOutOfAccessLog(Container container) {
		for (Valve valve : container.getPipeline().getValves()) {
			if (valve instanceof AbstractAccessLogValve log && log.getCondition() == null) {
				log.setCondition(REQUEST_ATTRIBUTE);
			}
		}
		for (Container child : container.findChildren()) {
			leaveOutOfAccessLog(child);
		}
	}

	/**
	 * HTTP on a private socket, whose requests bear a mark.
	 */
	private static final class PrivateHttp11NioProtocol extends Http11NioProtocol {

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

			// Where there is one, Tomcat asks for nothing that only TCP has, and connects
			// to it to wake its acceptor.
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

}
