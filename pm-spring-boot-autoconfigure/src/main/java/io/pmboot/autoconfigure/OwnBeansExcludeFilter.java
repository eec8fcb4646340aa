package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.actuate.PmActuatorConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;

/**
 * Keeps the beans of our auto-configurations eager where the application makes all beans
 * lazy: nobody asks for a master, it has to start by itself.
 */
class OwnBeansExcludeFilter implements LazyInitializationExcludeFilter {

	private static final List<String> PACKAGES = List.of(OwnBeansExcludeFilter.class.getPackageName() + ".",
			PmActuatorConfiguration.class.getPackageName() + ".");

	@Override
	public boolean isExcluded(String beanName, BeanDefinition definition, Class<?> beanType) {
		return isOurs(definition.getFactoryBeanName())
				|| (definition.getFactoryMethodName() != null && isOurs(definition.getBeanClassName()));
	}

	private static boolean isOurs(@Nullable String configuration) {
		return configuration != null && PACKAGES.stream().anyMatch(configuration::startsWith);
	}

}
