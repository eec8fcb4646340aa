package io.pmboot.env;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.annotation.AnnotatedGenericBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanNameGenerator;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.stereotype.Component;

/**
 * The small context of a master: the application's own sources go, whatever they enable,
 * import or declare; what comes instead are the auto-configurations that a master needs
 * and the application's components that name {@code @Profile("master")}.
 */
final class MasterSlice {

	private static final String CONFIGURATION = "pmMasterSlice";

	private static final String FOUND_BY_SLICE = MasterSlice.class.getName() + ".found";

	private final BeanDefinitionRegistry registry;

	private final ConfigurableApplicationContext context;

	private final MetadataReaderFactory metadataReaders;

	MasterSlice(BeanDefinitionRegistry registry, ConfigurableApplicationContext context) {
		this.registry = registry;
		this.context = context;
		this.metadataReaders = MetadataReaderFactory.create(context);
	}

	/**
	 * Cuts it out of the application's own context.
	 */
	void cut() {
		List<AnnotationMetadata> sources = new ArrayList<>();
		List<String> dropped = ofApplication(sources);
		dropped.forEach(this.registry::removeBeanDefinition);
		replace(sources);
	}

	/**
	 * A parent of that context loses what the application declares there, but for what
	 * names the profile; one of a framework is left alone.
	 */
	void cutParent() {
		List<AnnotationMetadata> sources = new ArrayList<>();
		List<String> dropped = ofApplication(sources);
		if (sources.stream().noneMatch(MasterSlice::isOfFramework)) {
			dropped.forEach(this.registry::removeBeanDefinition);
		}
	}

	private List<String> ofApplication(List<AnnotationMetadata> sources) {
		List<String> names = new ArrayList<>();
		for (String name : this.registry.getBeanDefinitionNames()) {
			BeanDefinition definition = this.registry.getBeanDefinition(name);
			AnnotationMetadata metadata = metadata(definition);
			if (metadata != null && namesMaster(metadata)) {
				markFound(definition);
			}
			else if (definition.getRole() == BeanDefinition.ROLE_APPLICATION) {
				names.add(name);
				if (metadata != null) {
					sources.add(metadata);
				}
			}
		}
		return names;
	}

	private static boolean isOfFramework(AnnotationMetadata source) {
		return source.getClassName().startsWith("org.springframework.");
	}

	private void replace(List<AnnotationMetadata> sources) {
		Set<String> scanned = new LinkedHashSet<>();
		Set<String> autoConfigured = new LinkedHashSet<>();
		Set<String> excluded = new LinkedHashSet<>();
		for (AnnotationMetadata source : sources) {
			scanned.addAll(SourceAnnotations.scannedPackages(source, this.context.getEnvironment()));
			autoConfigured.addAll(SourceAnnotations.autoConfigurationPackages(source));
			excluded.addAll(SourceAnnotations.excludedAutoConfigurations(source));
		}
		AutoConfigurationPackages.register(this.registry, autoConfigured.toArray(String[]::new));
		BeanDefinition configuration = new AnnotatedGenericBeanDefinition(SliceConfiguration.class);
		MasterAutoConfigurationSelector.setExcluded(configuration, excluded);
		this.registry.registerBeanDefinition(CONFIGURATION, configuration);
		new ComponentScanner(this.registry, this.context).scan(scanned.toArray(String[]::new));
	}

	private @Nullable AnnotationMetadata metadata(BeanDefinition definition) {
		if (definition instanceof AnnotatedBeanDefinition annotated) {
			return annotated.getMetadata();
		}
		String className = definition.getBeanClassName();
		try {
			return (className != null) ? this.metadataReaders.getMetadataReader(className).getAnnotationMetadata()
					: null;
		}
		catch (IOException ex) {
			// A proxy or a lambda's class, for instance: it carries no annotation of ours
			return null;
		}
	}

	private static void markFound(BeanDefinition definition) {
		definition.setAttribute(FOUND_BY_SLICE, true);
	}

	static boolean isFound(BeanDefinition definition) {
		return definition.hasAttribute(FOUND_BY_SLICE);
	}

	static BeanDefinition configuration(BeanDefinitionRegistry registry) {
		return registry.getBeanDefinition(CONFIGURATION);
	}

	// Itself or by an annotation of its own. Whether the whole expression holds is
	// Spring's to decide.
	private static boolean namesMaster(AnnotationMetadata metadata) {
		return metadata.getAnnotations()
			.stream(Profile.class)
			.flatMap((profile) -> Arrays.stream(profile.getStringArray("value")))
			.flatMap((expression) -> Arrays.stream(expression.split("[\\s()&|]+")))
			.anyMatch("master"::equals);
	}

	/**
	 * Scans for components that name the profile {@code master}.
	 */
	private static final class ComponentScanner extends ClassPathBeanDefinitionScanner {

		ComponentScanner(BeanDefinitionRegistry registry, ConfigurableApplicationContext context) {
			super(registry, false, context.getEnvironment(), context);
			TypeFilter component = new AnnotationTypeFilter(Component.class);
			addIncludeFilter((reader, factory) -> namesMaster(reader.getAnnotationMetadata())
					&& component.match(reader, factory));
			SingletonBeanRegistry singletons = context.getBeanFactory();
			if (singletons.getSingleton(
					AnnotationConfigUtils.CONFIGURATION_BEAN_NAME_GENERATOR) instanceof BeanNameGenerator generator) {
				setBeanNameGenerator(generator);
			}
		}

		@Override
		protected void registerBeanDefinition(BeanDefinitionHolder definition, BeanDefinitionRegistry registry) {
			markFound(definition.getBeanDefinition());
			super.registerBeanDefinition(definition, registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(MasterAutoConfigurationSelector.class)
	static class SliceConfiguration {

	}

}
