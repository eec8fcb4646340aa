package io.pmboot.actuate;

import jakarta.servlet.DispatcherType;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;

/**
 * Lets the master's endpoints answer without login where Spring Security is on the class
 * path and the master has no {@link SecurityFilterChain} of its own. For a web server
 * that is bound to loopback only. What is no endpoint is denied.
 *
 * @since 0.1
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean(SecurityFilterChain.class)
public class PmServletSecurityConfiguration {

	/**
	 * The chain.
	 * @param security there is none where the application has excluded web security, and
	 * then nothing to open up
	 * @return the chain, if there is web security
	 */
	@Bean
	@Nullable SecurityFilterChain pmSecurityFilterChain(ObjectProvider<HttpSecurity> security) {
		HttpSecurity http = security.getIfAvailable();
		return (http != null) ? chain(http) : null;
	}

	private static SecurityFilterChain chain(HttpSecurity http) {
		return http
			.authorizeHttpRequests(
					(requests) -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
						.permitAll()
						.requestMatchers(EndpointRequest.toAnyEndpoint())
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
