package io.pmboot.autoconfigure;

import java.nio.file.Path;

import de.codecentric.boot.admin.client.config.ClientProperties;
import de.codecentric.boot.admin.client.config.InstanceProperties;
import de.codecentric.boot.admin.client.config.SpringBootAdminClientAutoConfiguration;
import de.codecentric.boot.admin.client.config.SpringBootAdminClientEnabledCondition;
import de.codecentric.boot.admin.client.registration.ApplicationFactory;
import de.codecentric.boot.admin.client.registration.ApplicationRegistrator;
import de.codecentric.boot.admin.client.registration.RegistrationClient;
import io.pmboot.PmRole;
import io.pmboot.control.WorkerVariables;
import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/**
 * Auto-configuration of a worker that is an instance of its own for Spring Boot Admin,
 * where the application has its client.
 *
 * @since 0.1
 */
@AutoConfiguration(after = PmWorkerAutoConfiguration.class, before = SpringBootAdminClientAutoConfiguration.class)
@ConditionalOnClass({ ApplicationRegistrator.class, WebEndpointProperties.class })
@ConditionalOnPmRole(PmRole.WORKER)
@ConditionalOnWebApplication
@ConditionalOnBean(WorkerConnection.class)
public final class PmWorkerAdminAutoConfiguration {

	// By itself, because all conditions of a class are made before the first is asked.
	@Configuration(proxyBeanMethods = false)
	@Conditional(SpringBootAdminClientEnabledCondition.class)
	static class RegistratorConfiguration {

		// Made when the client wants it: never, where its auto-configuration is excluded.
		@Bean
		@Lazy
		@ConditionalOnMissingBean(ApplicationRegistrator.class)
		WorkerRegistrator pmWorkerRegistrator(ApplicationFactory applications, RegistrationClient registrations,
				ClientProperties client, InstanceProperties instance, WorkerConnection connection) {
			Path runDirectory = Path.of(System.getProperty(WorkerVariables.RUN_DIRECTORY, ""));
			return new WorkerRegistrator(
					new WorkerInstance(applications, client, instance, connection.welcome(), runDirectory),
					registrations, client, connection.activated(), connection::drainReason);
		}

	}

}
