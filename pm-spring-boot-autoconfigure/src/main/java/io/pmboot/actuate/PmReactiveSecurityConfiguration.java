package io.pmboot.actuate;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.RequestCacheSpec;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterChainProxy;

/**
 * Lets the master's endpoints answer without login where Spring Security is on the class
 * path and the master has no {@link SecurityWebFilterChain} of its own. For a web server
 * that is bound to loopback only. What is no endpoint is denied.
 *
 * @since 0.1
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingBean({ SecurityWebFilterChain.class, WebFilterChainProxy.class })
public class PmReactiveSecurityConfiguration {

	/**
	 * The chain.
	 * @param security there is none where the application has excluded web security, and
	 * then nothing to open up
	 * @return the chain, if there is web security
	 */
	@Bean
	@Nullable SecurityWebFilterChain pmSecurityFilterChain(ObjectProvider<ServerHttpSecurity> security) {
		ServerHttpSecurity http = security.getIfAvailable();
		return (http != null) ? chain(http) : null;
	}

	private static SecurityWebFilterChain chain(ServerHttpSecurity http) {
		return http.authorizeExchange(
				(exchanges) -> exchanges.matchers(EndpointRequest.toAnyEndpoint()).permitAll().anyExchange().denyAll())
			// RequestOriginPolicy refuses the requests of other sites.
			.csrf(CsrfSpec::disable)
			.requestCache(RequestCacheSpec::disable)
			.logout(LogoutSpec::disable)
			.build();
	}

}
