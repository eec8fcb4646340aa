package io.pmboot.autoconfigure;

import io.pmboot.message.JsonPayloads;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Objects as payloads of messages, where there is Jackson.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(JsonMapper.class)
class JsonPayloadsConfiguration {

	@Bean
	JsonPayloads pmJsonPayloads(ObjectProvider<JsonMapper> mapper) {
		return new JsonPayloads(mapper::getIfUnique);
	}

}
