package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.actuate.PmReactiveSecurityConfiguration;
import io.pmboot.actuate.PmServletSecurityConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;

/**
 * Auto-configuration of the master's security where Spring Security is on the class path:
 * no login on loopback, unless the master has a security filter chain of its own.
 *
 * @since 0.1
 */
@AutoConfiguration(beforeName = {
		"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
		"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration" })
@ConditionalOnPmRole(PmRole.MASTER)
@Conditional(OnLoopbackActuatorCondition.class)
public final class PmSecurityAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ HttpSecurity.class, SecurityFilterChain.class })
	@Import(PmServletSecurityConfiguration.class)
	static class ServletConfiguration {

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass({ ServerHttpSecurity.class, SecurityWebFilterChain.class })
	@Import(PmReactiveSecurityConfiguration.class)
	static class ReactiveConfiguration {

	}

}
