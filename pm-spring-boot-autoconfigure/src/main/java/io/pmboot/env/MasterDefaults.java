package io.pmboot.env;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
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

	private MasterDefaults() {
	}

	/**
	 * Keeps the application's {@code server.*} from the master's web server.
	 * @return what does so while properties are bound
	 */
	public static ConfigurationPropertiesBindHandlerAdvisor advisor() {
		return new ServerPropertiesAdvisor();
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
		properties.put(ServerPropertiesAdvisor.FORWARD_HEADERS, "none");
		properties.put("server.ssl.enabled", "false");
		properties.put(ServerPropertiesAdvisor.SPARE_THREADS, "1");
		properties.putAll(ServerPropertiesAdvisor.LIMITS);
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
