package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import jakarta.servlet.http.HttpSessionListener;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of what a worker warns of: things that do not suit several
 * processes.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnPmRole(PmRole.WORKER)
public final class PmWorkerWarningsAutoConfiguration {

	@Bean
	MasterListenerWarning pmMasterListenerWarning(ConfigurableApplicationContext context) {
		return new MasterListenerWarning(context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(HttpSessionListener.class)
	@ConditionalOnMissingClass("org.springframework.session.SessionRepository")
	static class SessionConfiguration {

		@Bean
		MemorySessionWarning pmMemorySessionWarning() {
			return new MemorySessionWarning();
		}

	}

}
