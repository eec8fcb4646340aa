package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.actuate.PmActuatorConfiguration;
import io.pmboot.message.JsonPayloads;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What a master and a worker both have.
 */
@Configuration(proxyBeanMethods = false)
class RoleConfiguration {

	private static final List<String> PACKAGES = List.of(RoleConfiguration.class.getPackageName() + ".",
			PmActuatorConfiguration.class.getPackageName() + ".");

	/**
	 * Keeps our beans eager where the application makes all beans lazy: nobody asks for a
	 * master, it has to start by itself.
	 */
	@Bean
	static LazyInitializationExcludeFilter pmLazyInitializationExcludeFilter() {
		return (name, definition, type) -> isOurs(definition.getFactoryBeanName())
				|| (definition.getFactoryMethodName() != null && isOurs(definition.getBeanClassName()));
	}

	private static boolean isOurs(@Nullable String configuration) {
		return configuration != null && PACKAGES.stream().anyMatch(configuration::startsWith);
	}

	/**
	 * Objects as payloads of messages, where there is Jackson.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(JsonMapper.class)
	static class JsonPayloadsConfiguration {

		@Bean
		JsonPayloads pmJsonPayloads(ObjectProvider<JsonMapper> mapper) {
			return new JsonPayloads(mapper::getIfUnique);
		}

	}

}
