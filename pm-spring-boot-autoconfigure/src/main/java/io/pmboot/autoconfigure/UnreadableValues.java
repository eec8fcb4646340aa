package io.pmboot.autoconfigure;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.ResolvableType;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.util.ClassUtils;

/**
 * Goes on where the text of a property below {@code pm} is none for its type, so that all
 * such values are told together, and by what these types say.
 */
final class UnreadableValues extends AbstractBindHandler {

	private static final ConfigurationPropertyName PM = ConfigurationPropertyName.of("pm");

	private final Map<ConfigurationProperty, String> reasons = new LinkedHashMap<>();

	private final Set<ConfigurationPropertyName> texts = new HashSet<>();

	UnreadableValues(BindHandler parent) {
		super(parent);
	}

	/** Why they cannot be read, in the order in which they were found. */
	Map<ConfigurationProperty, String> reasons() {
		return this.reasons;
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (this.texts.contains(name.getParent())) {
			// Its parts have no names that users know.
			return null;
		}
		if (PM.isAncestorOf(name) && isText(target.getType())) {
			this.texts.add(name);
		}
		return super.onStart(name, target, context);
	}

	@Override
	public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Exception error) throws Exception {
		String reason = PM.isAncestorOf(name) ? reason(error) : null;
		ConfigurationProperty property = (error instanceof BindException bind) ? bind.getProperty()
				: context.getConfigurationProperty();
		// An element fails its list: without it, the next would be unknown.
		if (reason == null || property == null || name.isLastElementIndexed()) {
			return super.onFailure(name, target, context, error);
		}
		this.reasons.put(property, reason);
		// It is known, so that it is not refused for that as well.
		super.onSuccess(name, target, context, property.getValue());
		return null;
	}

	private static @Nullable String reason(Throwable error) {
		for (Throwable cause = error; cause != null; cause = cause.getCause()) {
			if (cause instanceof ConversionFailedException failed && isText(failed.getTargetType().getResolvableType())
					&& failed.getCause() instanceof IllegalArgumentException invalid) {
				return invalid.getMessage();
			}
		}
		return null;
	}

	// A type that is read from a text as a whole.
	private static boolean isText(ResolvableType type) {
		Class<?> resolved = type.resolve(Object.class);
		return resolved.isRecord() && ClassUtils.getStaticMethod(resolved, "of", String.class) != null;
	}

}
