package io.pmboot.web.jetty;

import java.util.function.Consumer;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.WebSocketContainer;
import org.eclipse.jetty.websocket.api.WebSocketSessionListener;

/**
 * The WebSockets of Jetty's own interface, which Spring uses.
 */
final class NativeWebSockets implements WebSockets {

	@Override
	public void end(Server server, Consumer<Runnable> goodbye) {
		for (WebSocketContainer container : server.getContainedBeans(WebSocketContainer.class)) {
			container.addSessionListener(new WebSocketSessionListener() {

				@Override
				public void onWebSocketSessionOpened(Session session) {
					goodbye.accept(() -> close(session));
				}

			});
			container.getOpenSessions().forEach((session) -> goodbye.accept(() -> close(session)));
		}
	}

	private static void close(Session session) {
		session.close(StatusCode.SHUTDOWN, REASON, Callback.NOOP);
	}

}
