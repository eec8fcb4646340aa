package io.pmboot.web.jetty;

import java.io.IOException;
import java.util.Map;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.server.ServerEndpointConfig;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.JakartaWebSocketServerContainer;
import org.eclipse.jetty.ee11.websocket.server.JettyWebSocketServerContainer;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/**
 * WebSockets that listen for nothing, {@code /jetty} by Jetty's own interface and
 * {@code /socket} by Jakarta's, upgraded as Spring does it.
 */
final class TestSockets {

	private TestSockets() {
	}

	static void add(ServletContext servlets) {
		ServletContextHandler context = ServletContextHandler.getServletContextHandler(servlets);
		WebSocketServerComponents.ensureWebSocketComponents(context.getServer(), context);
		JettyWebSocketServerContainer jetty = JettyWebSocketServerContainer.ensureContainer(servlets);
		JakartaWebSocketServerContainer jakarta = JakartaWebSocketServerContainer.ensureContainer(servlets);
		ServerEndpointConfig endpoint = ServerEndpointConfig.Builder.create(JakartaSocket.class, "/socket").build();
		servlets
			.addServlet("jetty",
					new UpgradingServlet(
							(request, response) -> jetty.upgrade((one, other) -> new JettySocket(), request, response)))
			.addMapping("/jetty");
		servlets
			.addServlet("jakarta", new UpgradingServlet(
					(request, response) -> jakarta.upgradeHttpToWebSocket(request, response, endpoint, Map.of())))
			.addMapping("/socket");
	}

	/** By Jetty's interface. */
	public static final class JettySocket extends Session.Listener.AbstractAutoDemanding {

	}

	/** By Jakarta's interface. */
	public static final class JakartaSocket extends Endpoint {

		@Override
		public void onOpen(jakarta.websocket.Session session, EndpointConfig config) {
		}

	}

	/** Makes a WebSocket of a request. */
	private static final class UpgradingServlet extends HttpServlet {

		private final transient Upgrade upgrade;

		UpgradingServlet(Upgrade upgrade) {
			this.upgrade = upgrade;
		}

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			try {
				this.upgrade.upgrade(request, response);
			}
			catch (DeploymentException ex) {
				throw new IOException(ex);
			}
		}

	}

	/** How. */
	private interface Upgrade {

		void upgrade(HttpServletRequest request, HttpServletResponse response) throws IOException, DeploymentException;

	}

}
