package io.pmboot.web.jetty;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.WebSocketContainer;
import org.eclipse.jetty.websocket.api.WebSocketSessionListener;
import org.jspecify.annotations.Nullable;

/**
 * The WebSockets of Jetty's own interface, which Spring uses.
 */
final class NativeWebSockets implements WebSockets, WebSocketSessionListener {

	private final Server server;

	private final Set<WebSocketContainer> containers = new HashSet<>();

	private volatile @Nullable Consumer<Runnable> goodbye;

	NativeWebSockets(Server server) {
		this.server = server;
		watch();
	}

	private void watch() {
		for (WebSocketContainer container : this.server.getContainedBeans(WebSocketContainer.class)) {
			if (this.containers.add(container)) {
				container.addSessionListener(this);
			}
		}
	}

	// Jetty has put it among the open sessions before.
	@Override
	public void onWebSocketSessionOpened(Session session) {
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
			.forEach((session) -> goodbye.accept(() -> close(session)));
	}

	private static void close(Session session) {
		session.close(StatusCode.SHUTDOWN, REASON, Callback.NOOP);
	}

}
