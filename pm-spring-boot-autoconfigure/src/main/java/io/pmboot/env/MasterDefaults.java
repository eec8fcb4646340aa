package io.pmboot.env;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * What the environment of a master says, whatever the application configures for itself.
 */
public final class MasterDefaults {

	/** The name of the property source. */
	public static final String PROPERTY_SOURCE = "pmMaster";

	private static final String EXPOSED = "management.endpoints.web.exposure.include";

	private static final String HEALTH = "management.endpoint.health.";

	private static final String HEALTH_DETAILS = HEALTH + "show-details";

	private static final String MAX_CONNECTIONS = "${pm.master.max-connections:64}";

	private static final ConfigurationPropertyName SERVER = ConfigurationPropertyName.of("server");

	/**
	 * What of {@code server.*} the master sets itself. What strangers on the same host
	 * may take of it: connections, threads, and time without a request; whose headers it
	 * trusts, which by default Boot does on some cloud platforms; and how many threads
	 * Tomcat starts before any request, by default ten.
	 */
	private static final Map<String, Object> OWN_SERVER = Map.of("server.forward-headers-strategy", "none",
			"server.tomcat.threads.min-spare", "1", "server.tomcat.max-connections", MAX_CONNECTIONS,
			"server.tomcat.threads.max", "16", "server.tomcat.accept-count", "64", "server.tomcat.connection-timeout",
			"5s", "server.jetty.max-connections", MAX_CONNECTIONS, "server.jetty.threads.max", "16",
			"server.netty.idle-timeout", "5s");

	private MasterDefaults() {
	}

	/**
	 * Keeps the application's {@code server.*} from the master's web server, which then
	 * has Boot's defaults: no SSL, no context path, no access log that a worker writes
	 * too.
	 * @return what does so while properties are bound
	 */
	public static ConfigurationPropertiesBindHandlerAdvisor advisor() {
		return (handler) -> new AbstractBindHandler(handler) {

			@Override
			public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
					BindContext context) {
				return isOfApplication(name) ? null : super.onStart(name, target, context);
			}

		};
	}

	private static boolean isOfApplication(ConfigurationPropertyName name) {
		return SERVER.isAncestorOf(name) && OWN_SERVER.keySet()
			.stream()
			.map(ConfigurationPropertyName::of)
			.noneMatch((own) -> name.equals(own) || name.isAncestorOf(own));
	}

	/**
	 * Applies it. The application's {@code server.port} stays readable, so that
	 * {@code pm.groups.web.listen=${server.port}} means what it says; the
	 * {@link #advisor()} keeps it from the web server.
	 * @param environment the environment, its profiles resolved
	 */
	public static void apply(ConfigurableEnvironment environment) {
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("spring.main.keep-alive", "true");
		properties.put("spring.devtools.restart.enabled", "false");
		properties.put(EXPOSED, exposed(environment));
		// Read from the environment, by conditions: these the advisor does not see
		properties.put("server.ssl.enabled", "false");
		properties.putAll(OWN_SERVER);
		// The application's paths and files are not the master's
		properties.put("spring.mvc.servlet.path", "/");
		properties.put("spring.webflux.base-path", "");
		properties.put("spring.web.resources.add-mappings", "false");
		if (!environment.containsProperty(HEALTH_DETAILS)) {
			// A group that gave up is to be named
			properties.put(HEALTH_DETAILS, "always");
		}
		probes(properties, environment);
		HiddenProperties.below("management.server.", environment);
		environment.getPropertySources().addFirst(new MapPropertySource(PROPERTY_SOURCE, properties));
	}

	// What the application's own probes name, such as its database, the master has not
	private static void probes(Map<String, Object> properties, ConfigurableEnvironment environment) {
		for (String own : List.of("group.liveness.", "group.readiness.", "status.")) {
			HiddenProperties.below(HEALTH + own, environment);
		}
		properties.put(HEALTH + "probes.enabled", "true");
		properties.put(HEALTH + "group.liveness.include", "livenessState");
		properties.put(HEALTH + "group.readiness.include", "readinessState,pm");
		properties.put(HEALTH + "validate-group-membership", "false");
		if (!environment.containsProperty("management.health.pm.enabled")) {
			properties.put("management.health.pm.enabled", "true");
		}
	}

	private static String exposed(ConfigurableEnvironment environment) {
		List<String> exposed = new ArrayList<>(Binder.get(environment)
			.bind(EXPOSED, Bindable.listOf(String.class))
			.orElseGet(() -> List.of("health")));
		if (!exposed.contains("*") && !exposed.contains("pm")) {
			exposed.add("pm");
		}
		return String.join(",", exposed);
	}

}
