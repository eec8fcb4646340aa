package io.pmboot.actuate;

import io.pmboot.Master;
import io.pmboot.master.InitiatedMaster;
import jakarta.servlet.Filter;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
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
 * The master's endpoint and health, and who is answered, on each web stack. For an
 * auto-configuration after those of the web endpoints.
 */
@Configuration(proxyBeanMethods = false)
public class PmActuatorConfiguration {

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
		PmEndpointJmxExtension pmEndpointJmxExtension(InitiatedMaster master) {
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
		PmWebMvcHandlerMapping pmWebMvcHandlerMapping(InitiatedMaster master, ReloadProgress progress,
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
		PmWebFluxHandlerMapping pmWebFluxHandlerMapping(InitiatedMaster master, ReloadProgress progress,
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
		RequestOriginFilter pmRequestOriginFilter(RequestOriginPolicy origins, OperatorPolicy operators) {
			return new RequestOriginFilter(origins, operators);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveRequestOriginConfiguration {

		@Bean
		RequestOriginWebFilter pmRequestOriginWebFilter(RequestOriginPolicy origins, OperatorPolicy operators) {
			return new RequestOriginWebFilter(origins, operators);
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

}
