package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.PmRole;
import io.pmboot.actuate.PmActuatorConfiguration;
import io.pmboot.env.RunDirectory;
import io.pmboot.master.GroupSettings;
import io.pmboot.process.ProcessLauncher;
import io.pmboot.web.PrivateConnector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the master's endpoint, health and meters.
 *
 * @since 0.1
 */
@AutoConfiguration(after = { PmMasterAutoConfiguration.class, WebEndpointAutoConfiguration.class,
		PrometheusMetricsExportAutoConfiguration.class })
@ConditionalOnPmRole(PmRole.MASTER)
@Import(PmActuatorConfiguration.class)
public final class PmActuatorAutoConfiguration {

	@Bean
	PmActuatorConfiguration.Settings pmActuatorSettings(PmProperties properties, RunDirectory runDirectory,
			ObjectProvider<PrivateConnector> connectors) {
		List<PrivateConnector> all = connectors.stream().toList();
		return new PmActuatorConfiguration.Settings(properties.master().actuatorAddress(),
				properties.master().allowedUsers(),
				(request) -> all.stream().anyMatch((connector) -> connector.brought(request)),
				properties.groupSettings().stream().map(GroupSettings::name).toList(), runDirectory.path());
	}

	@Bean
	@ConditionalOnWebApplication
	MasterActuatorSocket pmActuatorSocket(ObjectProvider<PrivateConnector> connectors, RunDirectory runDirectory,
			ProcessLauncher launcher) {
		MasterActuatorSocket socket = new MasterActuatorSocket(connectors.stream().toList(), runDirectory);
		launcher.beforeEachFork(socket);
		return socket;
	}

	@Bean
	@ConditionalOnWebApplication
	@ConditionalOnBean(PathMappedEndpoints.class)
	EndpointUrl pmEndpointUrl(PmProperties properties, RunDirectory runDirectory, PathMappedEndpoints endpoints,
			ProcessLauncher launcher) {
		EndpointUrl url = new EndpointUrl(properties.master().actuatorAddress(), endpoints.getPath(EndpointId.of("pm")),
				runDirectory.path().resolve(RunDirectory.ENDPOINT_URL));
		launcher.beforeEachFork(url::check);
		return url;
	}

}
