package io.pmboot.web.tomcat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

import io.pmboot.worker.PrivateConnector;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.Service;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.valves.AbstractAccessLogValve;
import org.jspecify.annotations.Nullable;

/**
 * Lets Tomcat answer this worker's own requests on a unix socket, on the threads that
 * serve those from outside, and without entries in its access log.
 */
final class TomcatPrivateConnector implements PrivateConnector {

	private final AtomicReference<@Nullable Connector> main = new AtomicReference<>();

	void setMain(Connector main) {
		this.main.set(main);
	}

	@Override
	public Closeable open(Path socket) throws IOException {
		Connector main = this.main.get();
		if (main == null) {
			throw new IOException("There is no Tomcat");
		}
		PrivateHttp11NioProtocol protocol = new PrivateHttp11NioProtocol();
		protocol.setExecutor(main.getProtocolHandler().getExecutor());
		protocol.setUnixDomainSocketPath(socket.toString());
		Connector connector = new Connector(protocol);
		Service service = main.getService();
		leaveOutOfAccessLog(service.getContainer());
		service.addConnector(connector);
		if (connector.getState() != LifecycleState.STARTED) {
			remove(service, connector, socket);
			throw new IOException("Tomcat's log says why it cannot listen on " + socket);
		}
		return () -> remove(service, connector, socket);
	}

	private static void remove(Service service, Connector connector, Path socket) throws IOException {
		// The threads are the server's.
		((PrivateHttp11NioProtocol) connector.getProtocolHandler()).setExecutor(null);
		service.removeConnector(connector);
		Files.deleteIfExists(socket);
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

}
