package io.pmboot.env;

import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanNameGenerator;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.context.annotation.ClassPathBeanDefinitionScanner;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.core.type.filter.TypeFilter;
import org.springframework.stereotype.Component;

/**
 * Scans for components that name the profile {@code master}.
 */
class MasterComponentScanner extends ClassPathBeanDefinitionScanner {

	MasterComponentScanner(BeanDefinitionRegistry registry, ConfigurableApplicationContext context) {
		super(registry, false, context.getEnvironment(), context);
		TypeFilter component = new AnnotationTypeFilter(Component.class);
		addIncludeFilter((reader, factory) -> MasterProfile.isNamedBy(reader.getAnnotationMetadata())
				&& component.match(reader, factory));
		SingletonBeanRegistry singletons = context.getBeanFactory();
		if (singletons.getSingleton(
				AnnotationConfigUtils.CONFIGURATION_BEAN_NAME_GENERATOR) instanceof BeanNameGenerator generator) {
			setBeanNameGenerator(generator);
		}
	}

	@Override
	protected void registerBeanDefinition(BeanDefinitionHolder definition, BeanDefinitionRegistry registry) {
		MasterSlice.markFound(definition.getBeanDefinition());
		super.registerBeanDefinition(definition, registry);
	}

}
