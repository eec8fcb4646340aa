package io.pmboot.web.jetty;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.pmboot.web.SharedWebServer;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.frames.GoAwayFrame;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Ends connections of HTTP/2 as RFC 9113, 6.8 has it: a first GOAWAY that refuses
 * nothing, so that requests on their way are served, and Jetty's own a while later. That
 * refuses what an idle connection sends behind it.
 */
final class Http2Farewells {

	private final Scheduler scheduler;

	private final Set<HTTP2Session> told = ConcurrentHashMap.newKeySet();

	private Http2Farewells(Scheduler scheduler) {
		this.scheduler = scheduler;
	}

	/**
	 * Makes those of a connector.
	 * @param scheduler the connector's
	 * @return {@code null} where the application has no HTTP/2
	 */
	static @Nullable Http2Farewells ifPresent(Scheduler scheduler) {
		return ClassUtils.isPresent("org.eclipse.jetty.http2.HTTP2Connection", Http2Farewells.class.getClassLoader())
				? new Http2Farewells(scheduler) : null;
	}

	/**
	 * Tells a client, once, where it speaks HTTP/2.
	 * @param endPoint the connection
	 */
	void say(EndPoint endPoint) {
		if (SharedServerConnector.connection(endPoint) instanceof HTTP2Connection connection
				&& this.told.add(connection.getSession())) {
			HTTP2Session session = connection.getSession();
			// Past the session's state, by which it would refuse what comes next.
			session.frames(null, List.of(new GoAwayFrame(Integer.MAX_VALUE, ErrorCode.NO_ERROR.code, null)),
					Callback.NOOP);
			this.scheduler.schedule(session::shutdown, SharedWebServer.GOAWAY.toSeconds(), TimeUnit.SECONDS);
		}
	}

}
