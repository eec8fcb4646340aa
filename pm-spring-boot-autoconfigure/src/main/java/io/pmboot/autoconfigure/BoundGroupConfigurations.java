package io.pmboot.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

import io.pmboot.control.Frame;
import io.pmboot.loop.Threads;
import io.pmboot.master.GroupConfigurations;
import io.pmboot.master.GroupSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/**
 * Binds and validates what a new version says by the properties and rules of the master's
 * own start. What the master was started with (arguments, system properties, environment
 * variables) wins; the files that it read then do not count any more.
 *
 * @param started what the master was started with
 * @param environment the master's environment
 * @param beans the master's beans
 */
record BoundGroupConfigurations(PmProperties started, ConfigurableEnvironment environment,
		BeanFactory beans) implements GroupConfigurations {

	@Override
	public List<String> masterProfiles() {
		return List.of(this.environment.getActiveProfiles());
	}

	@Override
	public CompletionStage<GroupSettings> settings(String group, Frame.Configuration configuration) {
		// A thread for each time: it looks at files, and is seldom.
		return Threads.call("pm-configuration-" + group, () -> bind(group, configuration));
	}

	private GroupSettings bind(String group, Frame.Configuration configuration) {
		ConfigurationPropertyName prefix = GroupConfiguration.prefix(group);
		List<ConfigurationPropertySource> sources = sources(prefix, configuration);
		if (sources.stream().allMatch((source) -> isSilent(source, prefix))) {
			throw refusal(group, ("It has no pm.groups.%s.… any more. A reload does not remove "
					+ "a group: keep it, or start the master again.")
				.formatted(group), null);
		}
		BindHandler strict = new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
		try {
			PmProperties properties = new Binder(sources, new PropertySourcesPlaceholdersResolver(this.environment))
				.bindOrCreate("pm", Bindable.of(PmProperties.class),
						PmPropertiesRules.around(strict, masterProfiles(), this.started));
			return new GroupSettings(group, properties.groups().values().iterator().next(),
					this.started.worker().heartbeatInterval());
		}
		catch (BindException ex) {
			throw refusal(group, text(ex), ex);
		}
	}

	private static IllegalArgumentException refusal(String group, String problem, @Nullable Throwable cause) {
		return new IllegalArgumentException(
				"The new version's configuration of group '%s' is refused:%n%s".formatted(group, problem), cause);
	}

	// What Boot would say if it ended a start. As Boot does, passes over those analyzers
	// whose library is not there.
	private String text(Throwable failure) {
		return SpringFactoriesLoader.forDefaultResourceLocation(getClass().getClassLoader())
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, this.beans).and(Environment.class, this.environment),
					FailureHandler.handleMessage((message, ex) -> {
					}))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.map(StartFailureReporter::text)
			.orElseGet(failure::toString);
	}

	private static boolean isSilent(ConfigurationPropertySource source, ConfigurationPropertyName prefix) {
		return source.containsDescendantOf(prefix) == ConfigurationPropertyState.ABSENT
				&& source.getConfigurationProperty(prefix) == null;
	}

	private List<ConfigurationPropertySource> sources(ConfigurationPropertyName prefix,
			Frame.Configuration configuration) {
		List<PropertySource<?>> sources = new ArrayList<>();
		this.environment.getPropertySources()
			.stream()
			.filter((source) -> GroupConfiguration.START_SOURCES.contains(source.getName()))
			.forEach(sources::add);
		Map<String, Object> properties = new LinkedHashMap<>();
		configuration.properties()
			.forEach((property) -> properties.put(property.name(),
					OriginTrackedValue.of(property.value(), new WrittenOrigin(property.origin()))));
		sources.add(new OriginTrackedMapPropertySource("pmNewVersion", properties, true));
		List<ConfigurationPropertySource> own = new ArrayList<>();
		ConfigurationPropertySources.from(sources)
			.forEach((source) -> own.add(source.filter((name) -> prefix.equals(name) || prefix.isAncestorOf(name))));
		return own;
	}

	/**
	 * Where the new version has a property.
	 *
	 * @param text in words
	 */
	private record WrittenOrigin(String text) implements Origin {

		@Override
		public String toString() {
			return this.text.isEmpty() ? "the new version" : this.text;
		}

	}

}
