package io.pmboot.autoconfigure;

import java.util.List;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.Master;
import io.pmboot.PmRole;
import io.pmboot.actuate.OperatorPolicy;
import io.pmboot.actuate.PmActuatorConfiguration;
import io.pmboot.actuate.PmMeters;
import io.pmboot.actuate.RequestOriginPolicy;
import io.pmboot.env.RunDirectory;
import io.pmboot.master.GroupSettings;
import io.pmboot.process.ProcessLauncher;
import io.pmboot.web.PrivateConnector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the master's endpoint, health and meters.
 *
 * @since 0.1
 */
@AutoConfiguration(after = { PmMasterAutoConfiguration.class, WebEndpointAutoConfiguration.class })
@ConditionalOnPmRole(PmRole.MASTER)
@Import(PmActuatorConfiguration.class)
public final class PmActuatorAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	static class WebConfiguration {

		@Bean
		RequestOriginPolicy pmRequestOriginPolicy(PmProperties properties) {
			return RequestOriginPolicy.boundTo(properties.master().actuatorAddress());
		}

		@Bean
		OperatorPolicy pmOperatorPolicy(PmProperties properties, ObjectProvider<PrivateConnector> connectors) {
			PmProperties.Master master = properties.master();
			if (!master.actuatorAddress().isLoopbackAddress()) {
				return OperatorPolicy.everybody();
			}
			List<PrivateConnector> all = connectors.stream().toList();
			return OperatorPolicy.of(master.allowedUsers(),
					(request) -> all.stream().anyMatch((connector) -> connector.brought(request)));
		}

		@Bean
		ActuatorSocket pmActuatorSocket(ObjectProvider<PrivateConnector> connectors, RunDirectory runDirectory,
				ProcessLauncher launcher) {
			ActuatorSocket socket = new ActuatorSocket(connectors.stream().toList(), runDirectory);
			launcher.beforeEachFork(socket);
			return socket;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetersConfiguration {

		@Bean
		PmMeters pmMeters(Master master, PmProperties properties) {
			return new PmMeters(master, properties.groupSettings().stream().map(GroupSettings::name).toList());
		}

	}

}
