package io.pmboot.web.jetty;

import java.util.stream.Stream;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.WebSocketContainer;
import org.eclipse.jetty.websocket.api.WebSocketSessionListener;

/**
 * The WebSockets of Jetty's own interface, which Spring uses.
 */
final class NativeWebSockets extends WebSockets<WebSocketContainer, Session> {

	NativeWebSockets(Server server) {
		super(server, WebSocketContainer.class);
	}

	@Override
	void listen(WebSocketContainer container) {
		container.addSessionListener(new WebSocketSessionListener() {

			@Override
			public void onWebSocketSessionOpened(Session session) {
				opened(session);
			}

		});
	}

	@Override
	Stream<Session> open(WebSocketContainer container) {
		return container.getOpenSessions().stream();
	}

	@Override
	void close(Session session) {
		session.close(StatusCode.SHUTDOWN, REASON, Callback.NOOP);
	}

}
