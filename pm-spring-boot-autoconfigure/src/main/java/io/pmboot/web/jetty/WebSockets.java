package io.pmboot.web.jetty;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import jakarta.websocket.CloseReason.CloseCodes;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSessionListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.StatusCode;
import org.eclipse.jetty.websocket.api.WebSocketContainer;
import org.eclipse.jetty.websocket.api.WebSocketSessionListener;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * The WebSockets of a Jetty, by those of its two interfaces to them that the application
 * has.
 */
final class WebSockets {

	/** Why they are closed, as their clients are told. */
	private static final String REASON = "The server goes away";

	private static final boolean BY_JETTY = isPresent("org.eclipse.jetty.websocket.api.WebSocketContainer");

	private static final boolean BY_JAKARTA = isPresent(
			"org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer");

	private final Server server;

	private final Set<Object> containers = new HashSet<>();

	/** What closes each one that is open, by container. */
	private final List<Supplier<Stream<Runnable>>> open = new ArrayList<>();

	private volatile @Nullable Consumer<Runnable> goodbye;

	/**
	 * Watches them. To be created before anything is accepted: Jetty's lists of listeners
	 * may not change while a WebSocket begins.
	 * @param server the server, which has been started
	 */
	WebSockets(Server server) {
		this.server = server;
		watch();
	}

	private static boolean isPresent(String type) {
		return ClassUtils.isPresent(type, WebSockets.class.getClassLoader());
	}

	private void watch() {
		if (BY_JETTY) {
			new ByJetty().watch();
		}
		if (BY_JAKARTA) {
			new ByJakarta().watch();
		}
	}

	// Jetty has put it among the open sessions before.
	private void opened(Runnable close) {
		Consumer<Runnable> goodbye = this.goodbye;
		if (goodbye != null) {
			goodbye.accept(close);
		}
	}

	/**
	 * Closes all that there are and all that begin from now on, with status 1001, going
	 * away.
	 * @param goodbye closes one, now or later, and does not wait for its end
	 */
	void end(Consumer<Runnable> goodbye) {
		this.goodbye = goodbye;
		// Those that a servlet has made in its first request.
		watch();
		this.open.stream().flatMap(Supplier::get).forEach(goodbye);
	}

	/**
	 * Jetty's own interface, which Spring uses.
	 */
	private final class ByJetty implements WebSocketSessionListener {

		void watch() {
			for (WebSocketContainer container : WebSockets.this.server.getContainedBeans(WebSocketContainer.class)) {
				if (WebSockets.this.containers.add(container)) {
					container.addSessionListener(this);
					WebSockets.this.open.add(() -> container.getOpenSessions().stream().map(this::closing));
				}
			}
		}

		@Override
		public void onWebSocketSessionOpened(Session session) {
			opened(closing(session));
		}

		private Runnable closing(Session session) {
			return () -> session.close(StatusCode.SHUTDOWN, REASON, org.eclipse.jetty.websocket.api.Callback.NOOP);
		}

	}

	/**
	 * Jakarta's interface.
	 */
	private final class ByJakarta implements JakartaWebSocketSessionListener {

		void watch() {
			for (JakartaWebSocketContainer container : WebSockets.this.server
				.getContainedBeans(JakartaWebSocketContainer.class)) {
				if (WebSockets.this.containers.add(container)) {
					container.addSessionListener(this);
					WebSockets.this.open.add(() -> container.getOpenSessions()
						.stream()
						.map((session) -> closing((JakartaWebSocketSession) session)));
				}
			}
		}

		@Override
		public void onJakartaWebSocketSessionOpened(JakartaWebSocketSession session) {
			opened(closing(session));
		}

		// Not by the session itself: that waits until the frame has been sent.
		private Runnable closing(JakartaWebSocketSession session) {
			return () -> session.getCoreSession().close(CloseCodes.GOING_AWAY.getCode(), REASON, Callback.NOOP);
		}

	}

}
