package io.pmboot.autoconfigure;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.pmboot.control.Message.Configuration.Property;
import io.pmboot.env.Roles;
import io.pmboot.env.WorkerDefaults;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.AbstractEnvironment;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
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

	private final PropertySourcesPlaceholdersResolver placeholders;

	private final List<Property> properties = new ArrayList<>();

	private final Set<ConfigurationPropertyName> said = new HashSet<>();

	private GroupConfiguration(ConfigurableEnvironment environment) {
		this.placeholders = new PropertySourcesPlaceholdersResolver(environment);
	}

	/**
	 * Reads it.
	 * @param worker the environment of this worker
	 * @param loader finds the files, or {@code null} for the usual one
	 * @param group the group's name
	 * @param masterProfiles the active profiles of the master
	 * @return the properties below {@code pm.groups.<group>}
	 */
	static List<Property> read(ConfigurableEnvironment worker, @Nullable ResourceLoader loader, String group,
			List<String> masterProfiles) {
		ConfigurableEnvironment environment = environment(worker, masterProfiles);
		ConfigDataEnvironmentPostProcessor.applyTo(environment, (loader != null) ? loader : new DefaultResourceLoader(),
				null);
		GroupConfiguration configuration = new GroupConfiguration(environment);
		ConfigurationPropertyName prefix = prefix(group);
		for (PropertySource<?> source : environment.getPropertySources()) {
			if (!START_SOURCES.contains(source.getName())) {
				ConfigurationPropertySources.from(source)
					.forEach((properties) -> configuration.add(properties, prefix));
			}
		}
		return List.copyOf(configuration.properties);
	}

	static ConfigurationPropertyName prefix(String group) {
		return ConfigurationPropertyName.adapt("pm.groups." + group, '.');
	}

	private static ConfigurableEnvironment environment(ConfigurableEnvironment worker, List<String> masterProfiles) {
		ConfigurableEnvironment environment = new BareEnvironment();
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

	// A list comes from one source as a whole, as Boot binds it.
	private void add(ConfigurationPropertySource source, ConfigurationPropertyName prefix) {
		if (!(source instanceof IterableConfigurationPropertySource iterable)) {
			return;
		}
		Set<ConfigurationPropertyName> said = new HashSet<>();
		iterable.stream().filter(prefix::isAncestorOf).forEach((name) -> {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			said.add(whole(name));
			if (property != null && !this.said.contains(whole(name))) {
				add(property);
			}
		});
		this.said.addAll(said);
	}

	private static ConfigurationPropertyName whole(ConfigurationPropertyName name) {
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			if (name.isNumericIndex(i)) {
				return name.chop(i);
			}
		}
		return name;
	}

	private void add(ConfigurationProperty property) {
		Object value = this.placeholders.resolvePlaceholders(property.getValue());
		this.properties.add(new Property(text(property.getName()), String.valueOf(value),
				(property.getOrigin() != null) ? property.getOrigin().toString() : ""));
	}

	// As written: the name of an environment variable has its case.
	private static String text(ConfigurationPropertyName name) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			String element = name.getElement(i, Form.ORIGINAL);
			if (name.chop(i + 1).isLastElementIndexed()) {
				text.append('[').append(element).append(']');
			}
			else {
				text.append(text.isEmpty() ? "" : ".").append(element);
			}
		}
		return text.toString();
	}

	/**
	 * Without anything of its own.
	 */
	private static final class BareEnvironment extends AbstractEnvironment {

	}

}
