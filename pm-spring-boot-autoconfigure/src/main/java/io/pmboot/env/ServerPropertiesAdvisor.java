package io.pmboot.env;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Keeps the application's {@code server.*} from the web server of the master, which then
 * has Boot's defaults: no SSL, no context path, no access log that a worker writes too.
 */
final class ServerPropertiesAdvisor implements ConfigurationPropertiesBindHandlerAdvisor {

	static final String FORWARD_HEADERS = "server.forward-headers-strategy";

	static final String SPARE_THREADS = "server.tomcat.threads.min-spare";

	private static final String MAX_CONNECTIONS = "${pm.master.max-connections:64}";

	/**
	 * What strangers on the same host may take of the master: connections, threads, and
	 * time without a request.
	 */
	static final Map<String, Object> LIMITS = Map.of("server.tomcat.max-connections", MAX_CONNECTIONS,
			"server.tomcat.threads.max", "16", "server.tomcat.accept-count", "64", "server.tomcat.connection-timeout",
			"5s", "server.jetty.max-connections", MAX_CONNECTIONS, "server.jetty.threads.max", "16",
			"server.netty.idle-timeout", "5s");

	private static final ConfigurationPropertyName SERVER = ConfigurationPropertyName.of("server");

	/**
	 * Passed on, as {@link MasterDefaults} sets them: by default Boot trusts the headers
	 * on some cloud platforms, and Tomcat starts ten threads before any request.
	 */
	private static final List<ConfigurationPropertyName> PASSED_ON = Stream
		.concat(Stream.of(FORWARD_HEADERS, SPARE_THREADS), LIMITS.keySet().stream())
		.map(ConfigurationPropertyName::of)
		.toList();

	@Override
	public BindHandler apply(BindHandler bindHandler) {
		return new AbstractBindHandler(bindHandler) {

			@Override
			public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
					BindContext context) {
				return isHidden(name) ? null : super.onStart(name, target, context);
			}

		};
	}

	private static boolean isHidden(ConfigurationPropertyName name) {
		return SERVER.isAncestorOf(name)
				&& PASSED_ON.stream().noneMatch((passed) -> name.equals(passed) || name.isAncestorOf(passed));
	}

}
