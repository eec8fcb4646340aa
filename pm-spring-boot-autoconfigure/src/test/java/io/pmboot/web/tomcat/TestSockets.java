package io.pmboot.web.tomcat;

import java.util.Set;

import jakarta.servlet.ServletContext;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import org.apache.tomcat.websocket.server.WsSci;
import org.apache.tomcat.websocket.server.WsServerContainer;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/**
 * {@code /socket}, a WebSocket that listens for nothing.
 */
final class TestSockets {

	private TestSockets() {
	}

	static void add(TomcatServletWebServerFactory factory) {
		factory.addContextCustomizers((context) -> {
			context.addServletContainerInitializer(new WsSci(), Set.of());
			context.addServletContainerInitializer((classes, servlets) -> add(servlets), Set.of());
		});
	}

	private static void add(ServletContext servlets) {
		WsServerContainer container = (WsServerContainer) servlets.getAttribute(ServerContainer.class.getName());
		// In seconds: how often it looks for closes that were not answered, which is
		// every 10 by default.
		container.setProcessPeriod(1);
		try {
			container.addEndpoint(ServerEndpointConfig.Builder.create(TestSocket.class, "/socket").build());
		}
		catch (DeploymentException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Waits for the answer to a close for a second, where Tomcat waits for 30. */
	public static class TestSocket extends Endpoint {

		@Override
		public void onOpen(Session session, EndpointConfig config) {
			session.getUserProperties().put("org.apache.tomcat.websocket.SESSION_CLOSE_TIMEOUT", 1000L);
		}

	}

}
