package io.pmboot.web.jetty;

import java.util.stream.Stream;

import jakarta.websocket.CloseReason.CloseCodes;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSessionListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * The WebSockets of Jakarta's interface.
 */
final class JakartaWebSockets extends WebSockets<JakartaWebSocketContainer, JakartaWebSocketSession> {

	JakartaWebSockets(Server server) {
		super(server, JakartaWebSocketContainer.class);
	}

	@Override
	void listen(JakartaWebSocketContainer container) {
		container.addSessionListener(new JakartaWebSocketSessionListener() {

			@Override
			public void onJakartaWebSocketSessionOpened(JakartaWebSocketSession session) {
				opened(session);
			}

		});
	}

	@Override
	Stream<JakartaWebSocketSession> open(JakartaWebSocketContainer container) {
		return container.getOpenSessions()
			.stream()
			.filter(JakartaWebSocketSession.class::isInstance)
			.map(JakartaWebSocketSession.class::cast);
	}

	// Not by the session itself: that waits until the frame has been sent.
	@Override
	void close(JakartaWebSocketSession session) {
		session.getCoreSession().close(CloseCodes.GOING_AWAY.getCode(), REASON, Callback.NOOP);
	}

}
