package io.pmboot.web.jetty;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.eclipse.jetty.server.Server;

import org.springframework.util.ClassUtils;

/**
 * The WebSockets of a Jetty, by one of its interfaces to them.
 */
interface WebSockets {

	/** Why they are closed, as their clients are told. */
	String REASON = "The server goes away";

	/**
	 * Closes all that there are and all that begin from now on, with status 1001, going
	 * away.
	 * @param goodbye closes one, now or later, without waiting for its end
	 */
	void end(Consumer<Runnable> goodbye);

	/**
	 * Watches those interfaces that the application has. To be called before anything is
	 * accepted: Jetty's lists of listeners may not change while a WebSocket begins.
	 * @param server the server, which has been started
	 * @return none where it has no WebSockets
	 */
	static List<WebSockets> watch(Server server) {
		ClassLoader loader = WebSockets.class.getClassLoader();
		List<WebSockets> present = new ArrayList<>();
		if (ClassUtils.isPresent("org.eclipse.jetty.websocket.api.WebSocketContainer", loader)) {
			present.add(new NativeWebSockets(server));
		}
		if (ClassUtils.isPresent("org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer", loader)) {
			present.add(new JakartaWebSockets(server));
		}
		return present;
	}

}
