package io.pmboot.env;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationImportSelector;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Selects auto-configurations as Boot would, but for a master only those that
 * {@link MasterAutoConfigurations} allows.
 */
class MasterAutoConfigurationSelector extends AutoConfigurationImportSelector implements AutoConfigurationImportFilter {

	private static final String EXCLUDED = MasterAutoConfigurationSelector.class.getName() + ".excluded";

	private Set<String> refused = Set.of();

	static void setExcluded(BeanDefinition definition, Collection<String> excluded) {
		definition.setAttribute(EXCLUDED, excluded.toArray(String[]::new));
	}

	@Override
	protected AnnotationAttributes getAttributes(AnnotationMetadata metadata) {
		BeanDefinition slice = MasterSlice.configuration((BeanDefinitionRegistry) getBeanFactory());
		AnnotationAttributes attributes = new AnnotationAttributes();
		attributes.put("exclude", slice.getAttribute(EXCLUDED));
		attributes.put("excludeName", new String[0]);
		return attributes;
	}

	@Override
	protected List<String> getCandidateConfigurations(AnnotationMetadata metadata,
			@Nullable AnnotationAttributes attributes) {
		List<String> candidates = super.getCandidateConfigurations(metadata, attributes);
		this.refused = MasterAutoConfigurations.of(getEnvironment()).refused(candidates);
		return candidates;
	}

	/**
	 * A filter rather than fewer candidates: Boot fails where the application excludes an
	 * auto-configuration that is no candidate.
	 */
	@Override
	protected List<AutoConfigurationImportFilter> getAutoConfigurationImportFilters() {
		List<AutoConfigurationImportFilter> filters = new ArrayList<>(super.getAutoConfigurationImportFilters());
		filters.add(0, this);
		return filters;
	}

	@Override
	public boolean[] match(@Nullable String[] classNames, AutoConfigurationMetadata metadata) {
		boolean[] matches = new boolean[classNames.length];
		for (int i = 0; i < classNames.length; i++) {
			// Asked for what auto-configurations import, too, which is theirs to decide
			String className = classNames[i];
			matches[i] = className != null && !this.refused.contains(className);
		}
		return matches;
	}

}
