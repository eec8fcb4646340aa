package io.pmboot.env;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Takes properties out of an environment: a property source of higher precedence can give
 * them another value, but cannot make them unset.
 */
final class HiddenProperties {

	private HiddenProperties() {
	}

	/**
	 * Hides all properties of a prefix, however they are spelt.
	 * @param prefix the prefix, in lower case, with a dot at its end
	 * @param environment the environment
	 */
	static void below(String prefix, ConfigurableEnvironment environment) {
		MutablePropertySources sources = environment.getPropertySources();
		for (PropertySource<?> source : sources) {
			if (!ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)
					&& source instanceof EnumerablePropertySource<?> enumerable) {
				PropertySource<?> rest = without(prefix, enumerable);
				if (rest != source) {
					sources.replace(source.getName(), rest);
				}
			}
		}
	}

	private static PropertySource<?> without(String prefix, EnumerablePropertySource<?> source) {
		if (source instanceof SystemEnvironmentPropertySource variables) {
			// Boot maps names of variables for this class only. They never change.
			Map<String, Object> rest = new LinkedHashMap<>(variables.getSource());
			return rest.keySet().removeIf((name) -> isBelow(prefix, name.replace('_', '.')))
					? new SystemEnvironmentPropertySource(source.getName(), rest) : source;
		}
		return Arrays.stream(source.getPropertyNames()).anyMatch((name) -> isBelow(prefix, name))
				? new WithoutPropertySource(prefix, source) : source;
	}

	private static boolean isBelow(String prefix, String name) {
		return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "").startsWith(prefix);
	}

	private static final class WithoutPropertySource extends EnumerablePropertySource<EnumerablePropertySource<?>>
			implements OriginLookup<String> {

		private final String prefix;

		WithoutPropertySource(String prefix, EnumerablePropertySource<?> source) {
			super(source.getName(), source);
			this.prefix = prefix;
		}

		@Override
		public String[] getPropertyNames() {
			return Arrays.stream(this.source.getPropertyNames())
				.filter((name) -> !isBelow(this.prefix, name))
				.toArray(String[]::new);
		}

		@Override
		public boolean containsProperty(String name) {
			return !isBelow(this.prefix, name) && this.source.containsProperty(name);
		}

		@Override
		public @Nullable Object getProperty(String name) {
			return isBelow(this.prefix, name) ? null : this.source.getProperty(name);
		}

		@Override
		public @Nullable Origin getOrigin(String name) {
			return OriginLookup.getOrigin(this.source, name);
		}

	}

}
