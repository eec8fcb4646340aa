package io.pmboot.actuate;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.endpoint.EndpointAccessResolver;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The Actuator side of a master on a real server, wired as the auto-configuration does.
 */
final class MasterApplication implements AutoCloseable {

	static final String WITHOUT_SECURITY = String.join(",",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration");

	private final ConfigurableApplicationContext context;

	private MasterApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static MasterApplication start(WebApplicationType type, Map<String, Object> properties, Class<?>... sources) {
		return new MasterApplication(new SpringApplicationBuilder(MasterConfiguration.class).sources(sources)
			.web(type)
			.properties("server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off",
					"management.endpoints.web.exposure.include=*", "management.endpoint.health.show-details=always",
					"spring.autoconfigure.exclude=" + WITHOUT_SECURITY)
			.properties(properties)
			.run());
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	FakeMaster master() {
		return this.context.getBean(FakeMaster.class);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class MasterConfiguration {

		@Bean
		FakeMaster master() {
			return new FakeMaster();
		}

		@Bean
		PmEndpoint pmEndpoint(FakeMaster master) {
			return new PmEndpoint(master);
		}

		@Bean
		PmEndpointWebExtension pmEndpointWebExtension(FakeMaster master) {
			return new PmEndpointWebExtension(master);
		}

		@Bean
		PmEndpointJmxExtension pmEndpointJmxExtension(FakeMaster master) {
			return new PmEndpointJmxExtension(master);
		}

		@Bean
		ReloadProgress reloadProgress(FakeMaster master) {
			return new ReloadProgress(master);
		}

		@Bean
		PmHealthIndicator pmHealthIndicator(FakeMaster master) {
			return new PmHealthIndicator(master);
		}

		@Bean
		RequestOriginPolicy requestOriginPolicy() {
			return RequestOriginPolicy.boundTo(InetAddress.getLoopbackAddress());
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = Type.SERVLET)
		static class ServletConfiguration {

			@Bean
			PmWebMvcHandlerMapping pmHandlerMapping(FakeMaster master, ReloadProgress progress,
					WebEndpointProperties properties, WebEndpointsSupplier endpoints,
					EndpointAccessResolver accessResolver) {
				return new PmWebMvcHandlerMapping(master, progress, properties, endpoints, accessResolver);
			}

			@Bean
			RequestOriginFilter requestOriginFilter(RequestOriginPolicy policy) {
				return new RequestOriginFilter(policy, OperatorPolicy.of(List.of()), (request) -> false);
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = Type.REACTIVE)
		static class ReactiveConfiguration {

			@Bean
			PmWebFluxHandlerMapping pmHandlerMapping(FakeMaster master, ReloadProgress progress,
					WebEndpointProperties properties, WebEndpointsSupplier endpoints,
					EndpointAccessResolver accessResolver) {
				return new PmWebFluxHandlerMapping(master, progress, properties, endpoints, accessResolver);
			}

			@Bean
			RequestOriginWebFilter requestOriginFilter(RequestOriginPolicy policy) {
				return new RequestOriginWebFilter(policy, OperatorPolicy.of(List.of()), (request) -> false);
			}

		}

	}

}
