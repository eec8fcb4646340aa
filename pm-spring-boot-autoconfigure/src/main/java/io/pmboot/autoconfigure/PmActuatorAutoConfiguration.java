package io.pmboot.autoconfigure;

import java.util.List;
import java.util.function.Predicate;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.Master;
import io.pmboot.PmRole;
import io.pmboot.actuate.OperatorPolicy;
import io.pmboot.actuate.PmEndpoint;
import io.pmboot.actuate.PmEndpointJmxExtension;
import io.pmboot.actuate.PmEndpointWebExtension;
import io.pmboot.actuate.PmHealthIndicator;
import io.pmboot.actuate.PmMeters;
import io.pmboot.actuate.PmWebFluxHandlerMapping;
import io.pmboot.actuate.PmWebMvcHandlerMapping;
import io.pmboot.actuate.ReloadProgress;
import io.pmboot.actuate.RequestOriginFilter;
import io.pmboot.actuate.RequestOriginPolicy;
import io.pmboot.actuate.RequestOriginWebFilter;
import io.pmboot.env.RunDirectory;
import io.pmboot.master.GroupSettings;
import io.pmboot.process.JvmLauncher;
import io.pmboot.web.PrivateConnector;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the master's endpoint, health and meters.
 *
 * @since 0.1
 */
@AutoConfiguration(after = { PmMasterAutoConfiguration.class, WebEndpointAutoConfiguration.class })
@ConditionalOnPmRole(PmRole.MASTER)
public final class PmActuatorAutoConfiguration {

	private static OperatorPolicy operators(PmProperties.Master master) {
		return master.actuatorAddress().isLoopbackAddress() ? OperatorPolicy.of(master.allowedUsers())
				: OperatorPolicy.everybody();
	}

	private static Predicate<Object> isOwn(ObjectProvider<PrivateConnector> connectors) {
		List<PrivateConnector> all = connectors.stream().toList();
		return (request) -> all.stream().anyMatch((connector) -> connector.brought(request));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	static class SocketConfiguration {

		@Bean
		ActuatorSocket pmActuatorSocket(ObjectProvider<PrivateConnector> connectors, RunDirectory runDirectory,
				JvmLauncher launcher) {
			ActuatorSocket socket = new ActuatorSocket(connectors.stream().toList(), runDirectory);
			launcher.beforeEachFork(socket);
			return socket;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Endpoint.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		PmEndpoint pmEndpoint(Master master) {
			return new PmEndpoint(master);
		}

		@Bean
		PmEndpointWebExtension pmEndpointWebExtension(Master master) {
			return new PmEndpointWebExtension(master);
		}

		@Bean
		PmEndpointJmxExtension pmEndpointJmxExtension(Master master) {
			return new PmEndpointJmxExtension(master);
		}

		@Bean
		ReloadProgress pmReloadProgress(Master master) {
			return new ReloadProgress(master);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	@ConditionalOnBean(WebEndpointsSupplier.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class WebMvcConfiguration {

		@Bean
		PmWebMvcHandlerMapping pmWebMvcHandlerMapping(Master master, ReloadProgress progress,
				WebEndpointProperties properties, WebEndpointsSupplier endpoints,
				EndpointAccessResolver accessResolver) {
			return new PmWebMvcHandlerMapping(master, progress, properties, endpoints, accessResolver);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(DispatcherHandler.class)
	@ConditionalOnBean(WebEndpointsSupplier.class)
	@ConditionalOnAvailableEndpoint(PmEndpoint.class)
	static class WebFluxConfiguration {

		@Bean
		PmWebFluxHandlerMapping pmWebFluxHandlerMapping(Master master, ReloadProgress progress,
				WebEndpointProperties properties, WebEndpointsSupplier endpoints,
				EndpointAccessResolver accessResolver) {
			return new PmWebFluxHandlerMapping(master, progress, properties, endpoints, accessResolver);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(Filter.class)
	static class RequestOriginConfiguration {

		@Bean
		RequestOriginFilter pmRequestOriginFilter(PmProperties properties,
				ObjectProvider<PrivateConnector> connectors) {
			return new RequestOriginFilter(RequestOriginPolicy.boundTo(properties.master().actuatorAddress()),
					operators(properties.master()), isOwn(connectors));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveRequestOriginConfiguration {

		@Bean
		RequestOriginWebFilter pmRequestOriginWebFilter(PmProperties properties,
				ObjectProvider<PrivateConnector> connectors) {
			return new RequestOriginWebFilter(RequestOriginPolicy.boundTo(properties.master().actuatorAddress()),
					operators(properties.master()), isOwn(connectors));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class HealthConfiguration {

		@Bean
		@ConditionalOnEnabledHealthIndicator("pm")
		PmHealthIndicator pmHealthIndicator(Master master) {
			return new PmHealthIndicator(master);
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
