package io.pmboot.sample;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Faults to order, for trying out what the master makes of them. */
@Configuration(proxyBeanMethods = false)
class StartFaults {

	@Bean
	@ConditionalOnBooleanProperty("sample.fail-at-start")
	Object failure() {
		throw new IllegalStateException("The sample fails at start because sample.fail-at-start is true");
	}

	// Ends before it is ready, as a program does that has nothing to serve.
	@Bean
	@ConditionalOnProperty("sample.exit-at-start")
	ApplicationRunner exit(Environment environment) {
		int code = environment.getRequiredProperty("sample.exit-at-start", Integer.class);
		return (arguments) -> System.exit(code);
	}

}
