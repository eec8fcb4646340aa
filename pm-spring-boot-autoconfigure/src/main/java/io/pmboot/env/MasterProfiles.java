package io.pmboot.env;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.pmboot.env.UnusableRoleException.Reason;
import org.jspecify.annotations.Nullable;

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
public final class MasterProfiles {

	/** How Boot names what it read of the application's files. */
	public static final String FILE = "Config resource '";

	private static final Bindable<List<String>> PROFILES = Bindable.listOf(String.class);

	private static final String MASTER = "master";

	private static final String INCLUDE = "spring.profiles.include";

	private final ConfigurableEnvironment environment;

	private final List<String> active;

	private MasterProfiles(ConfigurableEnvironment environment) {
		this.environment = environment;
		this.active = Arrays.asList(environment.getActiveProfiles());
	}

	/**
	 * Checks the profiles of a master.
	 * @param environment its environment, the profiles resolved
	 * @throws UnusableRoleException where it and its workers would not have those that
	 * are meant
	 */
	public static void check(ConfigurableEnvironment environment) {
		MasterProfiles profiles = new MasterProfiles(environment);
		profiles.checkGroups();
		profiles.checkFiles();
	}

	private void checkGroups() {
		Binder binder = Binder.get(this.environment);
		for (String profile : this.active) {
			ConfigurationPropertyName name = ConfigurationPropertyName.adapt("spring.profiles.group." + profile, '.');
			if (!profile.equals(MASTER) && binder.bind(name, PROFILES).orElseGet(List::of).contains(MASTER)) {
				throw new UnusableRoleException(Reason.MASTER_IN_GROUP, profile);
			}
		}
	}

	private void checkFiles() {
		List<String> given = Binder.get(this.environment)
			.bind(AbstractEnvironment.ACTIVE_PROFILES_PROPERTY_NAME, PROFILES)
			.orElseGet(List::of);
		boolean first = true;
		for (ConfigurationPropertySource file : files()) {
			if (bind(file, INCLUDE).contains(MASTER)) {
				throw new UnusableRoleException(Reason.MASTER_INCLUDED, origin(file, INCLUDE));
			}
			List<String> replaced = new ArrayList<>(bind(file, AbstractEnvironment.ACTIVE_PROFILES_PROPERTY_NAME));
			// Whoever names others beside it means these in place of the files'
			if (first && !replaced.isEmpty() && given.equals(List.of(MASTER)) && !this.active.containsAll(replaced)) {
				replaced.removeAll(this.active);
				throw new UnusableRoleException(Reason.REPLACED_PROFILES, String.join(",", replaced),
						origin(file, AbstractEnvironment.ACTIVE_PROFILES_PROPERTY_NAME));
			}
			first &= replaced.isEmpty();
		}
	}

	private List<ConfigurationPropertySource> files() {
		List<PropertySource<?>> files = this.environment.getPropertySources()
			.stream()
			.filter((source) -> source.getName().startsWith(FILE))
			.<PropertySource<?>>map((source) -> source)
			.toList();
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		ConfigurationPropertySources.from(files).forEach(sources::add);
		return sources;
	}

	private List<String> bind(ConfigurationPropertySource file, String name) {
		return new Binder(List.of(file), new PropertySourcesPlaceholdersResolver(this.environment)).bind(name, PROFILES)
			.orElseGet(List::of);
	}

	private static String origin(ConfigurationPropertySource file, String name) {
		ConfigurationPropertyName property = ConfigurationPropertyName.of(name);
		ConfigurationProperty value = value(file, property);
		return String
			.valueOf((value != null && value.getOrigin() != null) ? value.getOrigin() : file.getUnderlyingSource());
	}

	private static @Nullable ConfigurationProperty value(ConfigurationPropertySource file,
			ConfigurationPropertyName name) {
		ConfigurationProperty value = file.getConfigurationProperty(name);
		return (value != null) ? value : file.getConfigurationProperty(name.append("[0]"));
	}

}
