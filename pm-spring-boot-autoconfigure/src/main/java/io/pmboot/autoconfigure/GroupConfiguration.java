package io.pmboot.autoconfigure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.pmboot.control.Frame.Configuration.Property;
import io.pmboot.env.Roles;
import io.pmboot.env.WorkerDefaults;
import io.pmboot.settings.GroupProperties;
import io.pmboot.worker.WorkerConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.AbstractEnvironment;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.ResourceLoader;

/**
 * What the application of this worker says of one group of workers, as a master of the
 * same version would read it: the files of the application are read once more, for the
 * profiles of the master instead of the worker's.
 */
final class GroupConfiguration {

	/**
	 * Where a JVM that is started has its say: what the master has there is its own
	 * matter, and wins over files.
	 */
	static final Set<String> START_SOURCES = Set.of(CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, "spring.application.json");

	private static final Set<String> OWN_SOURCES = Set.of(WorkerDefaults.PROPERTY_SOURCE,
			WorkerDefaults.LISTENERS_PROPERTY_SOURCE);

	private GroupConfiguration() {
	}

	/** Reads the properties below {@code pm.groups.<group>}. */
	static List<Property> read(ConfigurableEnvironment worker, @Nullable ResourceLoader loader, String group,
			List<String> masterProfiles) {
		ConfigurableEnvironment environment = environment(worker, masterProfiles);
		ConfigDataEnvironmentPostProcessor.applyTo(environment, (loader != null) ? loader : new DefaultResourceLoader(),
				null);
		PropertySourcesPlaceholdersResolver placeholders = new PropertySourcesPlaceholdersResolver(environment);
		ConfigurationPropertyName prefix = prefix(group);
		List<Property> properties = new ArrayList<>();
		Set<ConfigurationPropertyName> said = new HashSet<>();
		for (PropertySource<?> source : environment.getPropertySources()) {
			Set<ConfigurationPropertyName> saidHere = new HashSet<>();
			for (String written : names(source)) {
				ConfigurationPropertyName name = ConfigurationPropertyName.adapt(written, '.');
				Object value = prefix.isAncestorOf(name) ? source.getProperty(written) : null;
				if (value != null && !said.contains(whole(name))) {
					saidHere.add(whole(name));
					// As written: the name of an environment variable has its case.
					properties.add(new Property(written, String.valueOf(placeholders.resolvePlaceholders(value)),
							PropertySourceOrigin.get(source, written).toString()));
				}
			}
			said.addAll(saidHere);
		}
		return properties;
	}

	/**
	 * What the worker's own environment says of its group. That of the version which it
	 * runs: the master has read that of another, perhaps.
	 */
	static GroupProperties own(Environment environment) {
		WorkerConnection connection = WorkerConnection.current();
		// No group has the name of a role.
		String group = (connection != null) ? connection.welcome().group() : "worker";
		return Binder.get(environment)
			.bindOrCreate(prefix(group), Bindable.of(GroupProperties.class), BindHandler.DEFAULT);
	}

	private static String[] names(PropertySource<?> source) {
		return (source instanceof EnumerablePropertySource<?> enumerable && !START_SOURCES.contains(source.getName()))
				? enumerable.getPropertyNames() : new String[0];
	}

	// A list comes from one source as a whole, as Boot binds it.
	private static ConfigurationPropertyName whole(ConfigurationPropertyName name) {
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			if (name.isNumericIndex(i)) {
				return name.chop(i);
			}
		}
		return name;
	}

	static ConfigurationPropertyName prefix(String group) {
		return ConfigurationPropertyName.adapt("pm.groups." + group, '.');
	}

	private static ConfigurableEnvironment environment(ConfigurableEnvironment worker, List<String> masterProfiles) {
		// Without anything of its own.
		ConfigurableEnvironment environment = new AbstractEnvironment() {
		};
		environment.getPropertySources()
			.addFirst(new MapPropertySource("pmMasterProfiles",
					Map.of(AbstractEnvironment.ACTIVE_PROFILES_PROPERTY_NAME, String.join(",", masterProfiles))));
		worker.getPropertySources()
			.stream()
			.filter((source) -> !source.getName().startsWith(Roles.FILE) && !OWN_SOURCES.contains(source.getName())
					&& !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source))
			.forEach(environment.getPropertySources()::addLast);
		return environment;
	}

}
