package io.pmboot.env;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * The auto-configurations that a master has: Actuator and its web server, JSON,
 * Micrometer, security, SSL, JMX, RestClient and mail for alerts; and what the user adds.
 *
 * @param included packages, or names of auto-configuration classes, that the user adds
 */
record MasterAutoConfigurations(List<String> included) {

	/** Adds to them. */
	static final String INCLUDE = "pm.master.auto-configuration.include";

	private static final List<String> BOOT = List.of("actuate", "autoconfigure", "gson", "health", "http.client",
			"http.codec", "http.converter", "jackson", "jackson2", "jetty", "jsonb", "kotlinx.serialization.json",
			"mail", "micrometer.metrics", "micrometer.observation", "netty", "reactor", "restclient",
			// Not OAuth 2 and SAML: they would add the application's login to the master
			"security.autoconfigure", "servlet", "tomcat", "web.server", "webflux", "webmvc");

	static MasterAutoConfigurations of(Environment environment) {
		return new MasterAutoConfigurations(
				Binder.get(environment).bind(INCLUDE, Bindable.listOf(String.class)).orElseGet(List::of));
	}

	/**
	 * Those that a master does not have.
	 * @param candidates the auto-configurations of the class path
	 * @return the names of the others
	 * @throws InvalidConfigurationPropertyValueException where one that is to be added is
	 * none of them
	 */
	Set<String> refused(Collection<String> candidates) {
		for (String entry : this.included) {
			if (candidates.stream().noneMatch((name) -> isIn(name, entry))) {
				throw new InvalidConfigurationPropertyValueException(INCLUDE, entry,
						"No auto-configuration on the class path has the name '%s' or lies in a package of this name."
							.formatted(entry));
			}
		}
		return candidates.stream().filter((name) -> !isAllowed(name)).collect(Collectors.toSet());
	}

	private boolean isAllowed(String name) {
		return isIn(name, "io.pmboot")
				|| BOOT.stream().anyMatch((part) -> isIn(name, "org.springframework.boot." + part))
				|| this.included.stream().anyMatch((entry) -> isIn(name, entry));
	}

	private static boolean isIn(String name, String packageOrClass) {
		return name.equals(packageOrClass) || name.startsWith(packageOrClass + ".");
	}

}
