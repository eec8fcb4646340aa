package io.pmboot.env;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import io.pmboot.PmRole;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.annotation.AnnotatedGenericBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanNameGenerator;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScans;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Profile;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotationAttributes;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.stereotype.Component;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The small context of a master: the application's own sources go, whatever they enable,
 * import or declare; what comes instead are the auto-configurations that a master needs
 * and the application's components that name {@code @Profile("master")}.
 *
 * @param registry the bean definitions of a context
 * @param context the context
 * @param metadataReaders read the annotations of its sources
 */
record MasterSlice(BeanDefinitionRegistry registry, ConfigurableApplicationContext context,
		MetadataReaderFactory metadataReaders) {

	private static final String CONFIGURATION = "pmMasterSlice";

	private static final String EXCLUDED = MasterSlice.class.getName() + ".excluded";

	private static final String FOUND_BY_SLICE = MasterSlice.class.getName() + ".found";

	// A parent of the application's own context loses what the application declares in
	// it, but for what names the profile; one of a framework is left alone.
	private void cut(boolean own) {
		List<AnnotationMetadata> sources = new ArrayList<>();
		List<String> names = ofApplication(sources);
		if (own) {
			names.forEach(this.registry::removeBeanDefinition);
			replace(sources);
		}
		else if (sources.stream().noneMatch((source) -> source.getClassName().startsWith("org.springframework."))) {
			names.forEach(this.registry::removeBeanDefinition);
		}
	}

	private List<String> ofApplication(List<AnnotationMetadata> sources) {
		List<String> names = new ArrayList<>();
		for (String name : this.registry.getBeanDefinitionNames()) {
			BeanDefinition definition = this.registry.getBeanDefinition(name);
			AnnotationMetadata metadata = metadata(definition);
			if (metadata != null && namesMaster(metadata)) {
				definition.setAttribute(FOUND_BY_SLICE, true);
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

	private void replace(List<AnnotationMetadata> sources) {
		AutoConfigurationPackages.register(this.registry, all(sources, MasterSlice::autoConfigurationPackages));
		BeanDefinition configuration = new AnnotatedGenericBeanDefinition(SliceConfiguration.class);
		configuration.setAttribute(EXCLUDED, all(sources, MasterSlice::excludedAutoConfigurations));
		this.registry.registerBeanDefinition(CONFIGURATION, configuration);
		new ComponentScanner(this.registry, this.context).scan(all(sources, this::scannedPackages));
	}

	private static String[] all(List<AnnotationMetadata> sources,
			Function<AnnotationMetadata, Collection<String>> names) {
		return sources.stream().map(names).flatMap(Collection::stream).distinct().toArray(String[]::new);
	}

	private Set<String> scannedPackages(AnnotationMetadata source) {
		Set<String> packages = new LinkedHashSet<>();
		for (AnnotationAttributes scan : source.getMergedRepeatableAnnotationAttributes(ComponentScan.class,
				ComponentScans.class, true)) {
			for (String names : scan.getStringArray("basePackages")) {
				packages.addAll(List
					.of(StringUtils.tokenizeToStringArray(this.context.getEnvironment().resolvePlaceholders(names),
							ConfigurableApplicationContext.CONFIG_LOCATION_DELIMITERS)));
			}
			for (String className : scan.getStringArray("basePackageClasses")) {
				packages.add(ClassUtils.getPackageName(className));
			}
		}
		if (packages.isEmpty() && source.isAnnotated(Component.class.getName())) {
			packages.add(ClassUtils.getPackageName(source.getClassName()));
		}
		return packages;
	}

	private static Set<String> autoConfigurationPackages(AnnotationMetadata source) {
		Set<String> packages = new LinkedHashSet<>();
		source.getAnnotations().stream(AutoConfigurationPackage.class).forEach((annotation) -> {
			packages.addAll(Arrays.asList(annotation.getStringArray("basePackages")));
			Stream.of(annotation.getStringArray("basePackageClasses"))
				.map(ClassUtils::getPackageName)
				.forEach(packages::add);
			if (packages.isEmpty()) {
				packages.add(ClassUtils.getPackageName(source.getClassName()));
			}
		});
		return packages;
	}

	private static List<String> excludedAutoConfigurations(AnnotationMetadata source) {
		AnnotationAttributes attributes = AnnotationAttributes
			.fromMap(source.getAnnotationAttributes(EnableAutoConfiguration.class.getName(), true));
		return (attributes != null) ? Stream.of("exclude", "excludeName")
			.flatMap((name) -> Stream.of(attributes.getStringArray(name)))
			.toList() : List.of();
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

	static boolean isFound(BeanDefinition definition) {
		return definition.hasAttribute(FOUND_BY_SLICE);
	}

	/**
	 * Auto-configurations that the application excludes: what does not work in it will
	 * not work in its master.
	 */
	static String[] excluded(BeanDefinitionRegistry registry) {
		Object excluded = registry.getBeanDefinition(CONFIGURATION).getAttribute(EXCLUDED);
		return (String[]) Objects.requireNonNull(excluded);
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
			definition.getBeanDefinition().setAttribute(FOUND_BY_SLICE, true);
			super.registerBeanDefinition(definition, registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(MasterAutoConfigurationSelector.class)
	static class SliceConfiguration {

	}

	/**
	 * Cuts it out at the one moment when the application's sources have become bean
	 * definitions and none of them has been processed yet.
	 */
	static class Listener implements ApplicationListener<ApplicationPreparedEvent>, Ordered {

		@Override
		public void onApplicationEvent(ApplicationPreparedEvent event) {
			ConfigurableApplicationContext context = event.getApplicationContext();
			boolean own = OwnApplication.is(event.getSpringApplication());
			if ((own || OwnApplication.isAbove(event.getSpringApplication()))
					&& context.getBeanFactory() instanceof BeanDefinitionRegistry definitions
					&& Roles.of(context.getEnvironment()) == PmRole.MASTER) {
				new MasterSlice(definitions, context, MetadataReaderFactory.create(context)).cut(own);
			}
		}

		@Override
		public int getOrder() {
			return LOWEST_PRECEDENCE;
		}

	}

}
