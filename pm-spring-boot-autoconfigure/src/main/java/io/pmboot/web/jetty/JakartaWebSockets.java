package io.pmboot.web.jetty;

import java.util.function.Consumer;

import jakarta.websocket.CloseReason.CloseCodes;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSessionListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * The WebSockets of Jakarta's interface.
 */
final class JakartaWebSockets implements WebSockets {

	@Override
	public void end(Server server, Consumer<Runnable> goodbye) {
		for (JakartaWebSocketContainer container : server.getContainedBeans(JakartaWebSocketContainer.class)) {
			container.addSessionListener(new JakartaWebSocketSessionListener() {

				@Override
				public void onJakartaWebSocketSessionOpened(JakartaWebSocketSession session) {
					goodbye.accept(() -> close(session));
				}

			});
			container.getOpenSessions()
				.stream()
				.filter(JakartaWebSocketSession.class::isInstance)
				.map(JakartaWebSocketSession.class::cast)
				.forEach((session) -> goodbye.accept(() -> close(session)));
		}
	}

	// Not by the session itself: that waits until the frame has been sent.
	private static void close(JakartaWebSocketSession session) {
		session.getCoreSession().close(CloseCodes.GOING_AWAY.getCode(), REASON, Callback.NOOP);
	}

}
