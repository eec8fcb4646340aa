package io.pmboot.web.jetty;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
 * The WebSockets of a Jetty, by one of its interfaces to them.
 *
 * @param <C> what has them
 * @param <S> one of them
 */
abstract class WebSockets<C, S> {

	/** Why they are closed, as their clients are told. */
	static final String REASON = "The server goes away";

	private final Server server;

	private final Class<C> type;

	private final Set<C> containers = new HashSet<>();

	private volatile @Nullable Consumer<Runnable> goodbye;

	WebSockets(Server server, Class<C> type) {
		this.server = server;
		this.type = type;
	}

	/**
	 * Watches those interfaces that the application has. To be called before anything is
	 * accepted: Jetty's lists of listeners may not change while a WebSocket begins.
	 * @param server the server, which has been started
	 * @return none where it has no WebSockets
	 */
	static List<WebSockets<?, ?>> watch(Server server) {
		ClassLoader loader = WebSockets.class.getClassLoader();
		List<WebSockets<?, ?>> present = new ArrayList<>();
		if (ClassUtils.isPresent("org.eclipse.jetty.websocket.api.WebSocketContainer", loader)) {
			present.add(new NativeWebSockets(server));
		}
		if (ClassUtils.isPresent("org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer", loader)) {
			present.add(new JakartaWebSockets(server));
		}
		present.forEach(WebSockets::watch);
		return present;
	}

	private void watch() {
		for (C container : this.server.getContainedBeans(this.type)) {
			if (this.containers.add(container)) {
				listen(container);
			}
		}
	}

	/**
	 * Has {@link #opened} called for each that begins.
	 * @param container what has them
	 */
	abstract void listen(C container);

	abstract Stream<S> open(C container);

	/**
	 * Closes one with status 1001, going away, without waiting for its end.
	 * @param session the WebSocket
	 */
	abstract void close(S session);

	// Jetty has put it among the open sessions before.
	final void opened(S session) {
		Consumer<Runnable> goodbye = this.goodbye;
		if (goodbye != null) {
			goodbye.accept(() -> close(session));
		}
	}

	/**
	 * Closes all that there are and all that begin from now on.
	 * @param goodbye closes one, now or later
	 */
	final void end(Consumer<Runnable> goodbye) {
		this.goodbye = goodbye;
		// Those that a servlet has made in its first request.
		watch();
		this.containers.stream().flatMap(this::open).forEach((session) -> goodbye.accept(() -> close(session)));
	}

	/**
	 * The WebSockets of Jetty's own interface, which Spring uses.
	 */
	private static final class NativeWebSockets extends WebSockets<WebSocketContainer, Session> {

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
			session.close(StatusCode.SHUTDOWN, REASON, org.eclipse.jetty.websocket.api.Callback.NOOP);
		}

	}

	/**
	 * The WebSockets of Jakarta's interface.
	 */
	private static final class JakartaWebSockets
			extends WebSockets<JakartaWebSocketContainer, JakartaWebSocketSession> {

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

}
