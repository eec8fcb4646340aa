package io.pmboot.web.jetty;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

import jakarta.websocket.CloseReason.CloseCodes;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSessionListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The WebSockets of Jakarta's interface.
 */
final class JakartaWebSockets implements WebSockets, JakartaWebSocketSessionListener {

	private final Server server;

	private final Set<JakartaWebSocketContainer> containers = new HashSet<>();

	private volatile @Nullable Consumer<Runnable> goodbye;

	JakartaWebSockets(Server server) {
		this.server = server;
		watch();
	}

	private void watch() {
		for (JakartaWebSocketContainer container : this.server.getContainedBeans(JakartaWebSocketContainer.class)) {
			if (this.containers.add(container)) {
				container.addSessionListener(this);
			}
		}
	}

	// Jetty has put it among the open sessions before.
	@Override
	public void onJakartaWebSocketSessionOpened(JakartaWebSocketSession session) {
		Consumer<Runnable> goodbye = this.goodbye;
		if (goodbye != null) {
			goodbye.accept(() -> close(session));
		}
	}

	@Override
	public void end(Consumer<Runnable> goodbye) {
		this.goodbye = goodbye;
		// Those that a servlet has made in its first request.
		watch();
		this.containers.stream()
			.flatMap((container) -> container.getOpenSessions().stream())
			.filter(JakartaWebSocketSession.class::isInstance)
			.map(JakartaWebSocketSession.class::cast)
			.forEach((session) -> goodbye.accept(() -> close(session)));
	}

	// Not by the session itself: that waits until the frame has been sent.
	private static void close(JakartaWebSocketSession session) {
		session.getCoreSession().close(CloseCodes.GOING_AWAY.getCode(), REASON, Callback.NOOP);
	}

}
