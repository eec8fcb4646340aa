package io.pmboot.env;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.pmboot.env.Roles.Problem;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.AbstractEnvironment;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * How the profile {@code master} came to be active, where that is a mistake: it replaces
 * the profiles of the application's files, or comes from a file, which workers read too.
 */
final class MasterProfiles {

	private static final Bindable<List<String>> PROFILES = Bindable.listOf(String.class);

	private static final String MASTER = "master";

	private static final String ACTIVE = AbstractEnvironment.ACTIVE_PROFILES_PROPERTY_NAME;

	private static final String INCLUDE = "spring.profiles.include";

	private MasterProfiles() {
	}

	/**
	 * Throws where the master and its workers would not have the profiles that are meant.
	 */
	static void check(ConfigurableEnvironment environment) {
		Binder binder = Binder.get(environment);
		List<String> active = Arrays.asList(environment.getActiveProfiles());
		for (String profile : active) {
			ConfigurationPropertyName name = ConfigurationPropertyName.adapt("spring.profiles.group." + profile, '.');
			if (!profile.equals(MASTER) && binder.bind(name, PROFILES).orElseGet(List::of).contains(MASTER)) {
				throw Problem.MASTER_IN_GROUP.of(profile);
			}
		}
		List<String> given = binder.bind(ACTIVE, PROFILES).orElseGet(List::of);
		// Whoever names others beside it means these in place of the files'
		boolean replaces = given.equals(List.of(MASTER));
		for (ConfigurationPropertySource file : files(environment)) {
			Binder ofFile = new Binder(List.of(file), new PropertySourcesPlaceholdersResolver(environment));
			if (ofFile.bind(INCLUDE, PROFILES).orElseGet(List::of).contains(MASTER)) {
				throw Problem.MASTER_INCLUDED.of(origin(file, INCLUDE));
			}
			List<String> replaced = ofFile.bind(ACTIVE, PROFILES).orElseGet(List::of);
			if (replaces && !active.containsAll(replaced)) {
				throw Problem.REPLACED_PROFILES.of(replaced.stream()
					.filter((profile) -> !active.contains(profile))
					.collect(Collectors.joining(",")), origin(file, ACTIVE));
			}
			// Only the first file that names any counts
			replaces &= replaced.isEmpty();
		}
	}

	private static Iterable<ConfigurationPropertySource> files(ConfigurableEnvironment environment) {
		return ConfigurationPropertySources.from(environment.getPropertySources()
			.stream()
			.filter((source) -> source.getName().startsWith(Roles.FILE))
			.<PropertySource<?>>map((source) -> source)
			.toList());
	}

	private static String origin(ConfigurationPropertySource file, String name) {
		return Stream.of(name, name + "[0]")
			.map(ConfigurationPropertyName::of)
			.map(file::getConfigurationProperty)
			.filter(Objects::nonNull)
			.findFirst()
			.map(ConfigurationProperty::getOrigin)
			.map(Object::toString)
			.orElseGet(() -> String.valueOf(file.getUnderlyingSource()));
	}

}
