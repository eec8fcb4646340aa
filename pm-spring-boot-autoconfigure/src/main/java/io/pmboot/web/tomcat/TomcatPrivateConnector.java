package io.pmboot.web.tomcat;

import java.io.IOException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;

import io.pmboot.socket.PrivateSocket;
import io.pmboot.web.PrivateConnector;
import jakarta.servlet.ServletRequest;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Service;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.CoyoteAdapter;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.Request;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServerFactory;

/**
 * Lets Tomcat answer on a private socket, without entries in its access log.
 */
final class TomcatPrivateConnector implements PrivateConnector.OfServer<TomcatWebServerFactory> {

	private final boolean alone;

	private volatile @Nullable Connector main;

	/**
	 * Creates it.
	 * @param alone whether the server that it customizes listens nowhere else
	 */
	TomcatPrivateConnector(boolean alone) {
		this.alone = alone;
	}

	@Override
	public void customize(TomcatWebServerFactory factory) {
		if (this.alone) {
			// It has no listeners unless it is given some.
			factory.setProtocol(SharedHttp11NioProtocol.class.getName());
			factory.setPort(0);
		}
		factory.addConnectorCustomizers(this::setMain);
	}

	void setMain(Connector main) {
		this.main = main;
	}

	@Override
	public boolean isInUse() {
		return this.main != null;
	}

	@Override
	public Opened open(Path path, ServedBy threads) throws IOException {
		Connector main = Objects.requireNonNull(this.main, "Tomcat is not in use");
		PrivateSocket socket = new PrivateSocket(path);
		Http11NioProtocol protocol = new Http11NioProtocol(new PrivateEndpoint(socket));
		if (threads == ServedBy.REQUEST_THREADS) {
			protocol.setExecutor(main.getProtocolHandler().getExecutor());
		}
		else {
			protocol.setMinSpareThreads(1);
			protocol.setMaxThreads(ServedBy.OWN_COUNT);
		}
		if (main.getProtocolHandler() instanceof AbstractProtocol<?> like) {
			protocol.setMaxConnections(like.getMaxConnections());
			protocol.setConnectionTimeout(like.getConnectionTimeout());
		}
		Connector connector = new MarkingConnector(protocol);
		Service service = main.getService();
		leaveOutOfAccessLog(service.getContainer());
		service.addConnector(connector);
		Opened opened = new Opened(socket, () -> {
			if (threads == ServedBy.REQUEST_THREADS) {
				protocol.setExecutor(null);
			}
			service.removeConnector(connector);
		});
		if (connector.getState() != LifecycleState.STARTED) {
			opened.close();
			throw new IOException("Tomcat's log says why it cannot listen on " + path);
		}
		return opened;
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
	 * Marks requests on their way into the application.
	 */
	private static final class MarkingConnector extends Connector {

		MarkingConnector(Http11NioProtocol protocol) {
			super(protocol);
		}

		@Override
		protected void initInternal() throws LifecycleException {
			super.initInternal();
			getProtocolHandler().setAdapter(new CoyoteAdapter(this) {

				@Override
				public void service(Request request, Response response) throws Exception {
					request.setAttribute(REQUEST_ATTRIBUTE, Boolean.TRUE);
					super.service(request, response);
				}

			});
		}

	}

	/**
	 * Accepts from a private socket.
	 */
	private static final class PrivateEndpoint extends NioEndpoint {

		private final PrivateSocket socket;

		PrivateEndpoint(PrivateSocket socket) {
			this.socket = socket;
		}

		// Where there is one, Tomcat asks for nothing that only TCP has, and connects to
		// it to wake its acceptor.
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

}
