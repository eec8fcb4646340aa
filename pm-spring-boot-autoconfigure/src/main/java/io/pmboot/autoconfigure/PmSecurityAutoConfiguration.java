package io.pmboot.autoconfigure;

import java.net.InetAddress;

import io.pmboot.PmRole;
import jakarta.servlet.DispatcherType;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.RequestCacheSpec;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;

/**
 * Auto-configuration of the master's security where Spring Security is on the class path:
 * on loopback its endpoints answer without login, and what is no endpoint is denied,
 * unless the master has a security filter chain of its own.
 *
 * @since 0.1
 */
@AutoConfiguration(beforeName = {
		"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
		"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration" })
@ConditionalOnPmRole(PmRole.MASTER)
@Conditional(PmSecurityAutoConfiguration.OnLoopbackActuator.class)
public final class PmSecurityAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ HttpSecurity.class, SecurityFilterChain.class })
	@ConditionalOnMissingBean(SecurityFilterChain.class)
	static class ServletConfiguration {

		// None where web security is excluded: then there is nothing to open up.
		@Bean
		@Nullable SecurityFilterChain pmSecurityFilterChain(ObjectProvider<HttpSecurity> security) {
			HttpSecurity http = security.getIfAvailable();
			return (http != null) ? chain(http) : null;
		}

		private static SecurityFilterChain chain(HttpSecurity http) {
			return http
				.authorizeHttpRequests((requests) -> requests
					.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
					.permitAll()
					.requestMatchers(org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest
						.toAnyEndpoint())
					.permitAll()
					.anyRequest()
					.denyAll())
				// RequestOriginPolicy refuses the requests of other sites.
				.csrf(AbstractHttpConfigurer::disable)
				.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.requestCache(AbstractHttpConfigurer::disable)
				.logout(AbstractHttpConfigurer::disable)
				.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass({ ServerHttpSecurity.class, SecurityWebFilterChain.class })
	@ConditionalOnMissingBean({ SecurityWebFilterChain.class, WebFilterChainProxy.class })
	static class ReactiveConfiguration {

		@Bean
		@Nullable SecurityWebFilterChain pmSecurityFilterChain(ObjectProvider<ServerHttpSecurity> security) {
			ServerHttpSecurity http = security.getIfAvailable();
			return (http != null) ? chain(http) : null;
		}

		private static SecurityWebFilterChain chain(ServerHttpSecurity http) {
			return http
				.authorizeExchange((exchanges) -> exchanges.matchers(EndpointRequest.toAnyEndpoint())
					.permitAll()
					.anyExchange()
					.denyAll())
				// RequestOriginPolicy refuses the requests of other sites.
				.csrf(CsrfSpec::disable)
				.requestCache(RequestCacheSpec::disable)
				.logout(LogoutSpec::disable)
				.build();
		}

	}

	/**
	 * Matches where the master's Actuator can be reached from this machine only.
	 */
	static class OnLoopbackActuator extends SpringBootCondition {

		private static final String PROPERTY = "pm.master.actuator-address";

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			InetAddress address = Binder.get(context.getEnvironment())
				.bind(PROPERTY, InetAddress.class)
				.orElseGet(InetAddress::getLoopbackAddress);
			return new ConditionOutcome(address.isLoopbackAddress(), "%s is %s".formatted(PROPERTY, address));
		}

	}

}
