package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.env.OwnApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConditionalOnPmRole}.
 */
class OnPmRoleConditionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> OwnApplication.mark(context.getBeanFactory(), null))
		.withUserConfiguration(Roles.class);

	@Test
	void matchesTheRole() {
		this.runner.run((context) -> assertThat(context.getBean(PmRole.class)).isEqualTo(PmRole.NONE));
		this.runner.withPropertyValues("spring.profiles.active=master")
			.run((context) -> assertThat(context.getBean(PmRole.class)).isEqualTo(PmRole.MASTER));
		this.runner.withPropertyValues("spring.profiles.active=worker", "pm.worker.control-socket=/x")
			.run((context) -> assertThat(context.getBean(PmRole.class)).isEqualTo(PmRole.WORKER));
		this.runner.withPropertyValues("spring.profiles.active=master", "pm.enabled=false")
			.run((context) -> assertThat(context.getBean(PmRole.class)).isEqualTo(PmRole.NONE));
	}

	@Test
	void anotherContextHasNone() {
		new ApplicationContextRunner().withUserConfiguration(Roles.class)
			.withPropertyValues("spring.profiles.active=master")
			.run((context) -> assertThat(context.getBean(PmRole.class)).isEqualTo(PmRole.NONE));
	}

	@Configuration(proxyBeanMethods = false)
	static class Roles {

		@Bean
		@ConditionalOnPmRole(PmRole.NONE)
		PmRole none() {
			return PmRole.NONE;
		}

		@Bean
		@ConditionalOnPmRole(PmRole.MASTER)
		PmRole master() {
			return PmRole.MASTER;
		}

		@Bean
		@ConditionalOnPmRole(PmRole.WORKER)
		PmRole worker() {
			return PmRole.WORKER;
		}

	}

}
