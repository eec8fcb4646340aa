package io.pmboot.env;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Selects auto-configurations as Boot would, but for a master only those that it needs:
 * Actuator and its web server, JSON, Micrometer, security, SSL, JMX, RestClient and mail
 * for alerts; and what the user adds.
 */
class MasterAutoConfigurationSelector extends AutoConfigurationImportSelector {

	/** Adds to them: packages, or names of classes. */
	private static final String INCLUDE = "pm.master.auto-configuration.include";

	private static final List<String> BOOT = List.of("actuate", "autoconfigure", "gson", "health", "http.client",
			"http.codec", "http.converter", "jackson", "jackson2", "jetty", "jsonb", "kotlinx.serialization.json",
			"mail", "micrometer.metrics", "micrometer.observation", "netty", "reactor", "restclient",
			// Not OAuth 2 and SAML: they would add the application's login to the master
			"security.autoconfigure", "servlet", "tomcat", "web.server", "webflux", "webmvc");

	private List<String> refused = List.of();

	@Override
	protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
		AnnotationAttributes attributes = new AnnotationAttributes();
		attributes.put("exclude", MasterSlice.excluded((BeanDefinitionRegistry) getBeanFactory()));
		attributes.put("excludeName", new String[0]);
		return attributes;
	}

	@Override
	protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
			@Nullable AnnotationAttributes attributes) {
		List<String> candidates = super.getCandidateConfigurations(metadata, attributes);
		this.refused = refused(candidates);
		return candidates.stream().filter((name) -> !this.refused.contains(name)).toList();
	}

	/** The application may exclude what a master does not have. */
	@Override
	protected void handleInvalidExcludes(List<String> invalidExcludes) {
		List<String> invalid = invalidExcludes.stream().filter((name) -> !this.refused.contains(name)).toList();
		if (!invalid.isEmpty()) {
			super.handleInvalidExcludes(invalid);
		}
	}

	// Those that a master does not have.
	private List<String> refused(List<String> candidates) {
		List<String> included = Binder.get(getEnvironment())
			.bind(INCLUDE, Bindable.listOf(String.class))
			.orElseGet(List::of);
		for (String entry : included) {
			if (candidates.stream().noneMatch((name) -> isIn(name, entry))) {
				throw new InvalidConfigurationPropertyValueException(INCLUDE, entry,
						"No auto-configuration on the class path has the name '%s' or lies in a package of this name."
							.formatted(entry));
			}
		}
		return candidates.stream().filter((name) -> !isAllowed(name, included)).toList();
	}

	private static boolean isAllowed(String name, List<String> included) {
		return isIn(name, "io.pmboot")
				|| BOOT.stream().anyMatch((part) -> isIn(name, "org.springframework.boot." + part))
				|| included.stream().anyMatch((entry) -> isIn(name, entry));
	}

	private static boolean isIn(String name, String packageOrClass) {
		return name.equals(packageOrClass) || name.startsWith(packageOrClass + ".");
	}

}
