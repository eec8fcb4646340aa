package io.pmboot.autoconfigure;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.micrometer.observation.ObservationPredicate;
import io.pmboot.PmRole;
import io.pmboot.WarmUp;
import io.pmboot.control.WorkerVariables;
import io.pmboot.gate.HealthGroupGate;
import io.pmboot.gate.WarmUpBeansGate;
import io.pmboot.gate.WarmUpRequestsGate;
import io.pmboot.web.SharedListenerServer;
import io.pmboot.web.reactornetty.ReactorNettySharedListenerCustomizer;
import io.pmboot.worker.Gate;
import io.pmboot.worker.PrivateConnector;
import io.pmboot.worker.WorkerConnection;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * Auto-configuration of what a worker waits for before it is READY.
 *
 * @since 0.1
 */
@AutoConfiguration(after = PmWorkerAutoConfiguration.class)
@ConditionalOnPmRole(PmRole.WORKER)
public final class PmWorkerGatesAutoConfiguration {

	private static final String HEALTH = "org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups";

	private static GateUnavailableException noHealth(WorkerConnection connection) {
		return new GateUnavailableException(
				"pm.groups.%s.reload.health-group is set, and this application tells no health."
					.formatted(connection.welcome().group()),
				"Add spring-boot-starter-actuator, and leave the endpoint 'health' enabled and exposed; or remove the property.");
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = HEALTH)
	@Conditional(OnHealthGroupCondition.class)
	static class HealthConfiguration {

		@Bean
		@Order(1)
		Gate pmHealthGroupGate(WorkerConnection connection, Environment environment,
				ObjectProvider<HealthEndpoint> endpoint, ObjectProvider<HealthEndpointGroups> groups) {
			HealthEndpoint health = endpoint.getIfAvailable();
			HealthEndpointGroups healthGroups = groups.getIfAvailable();
			String healthGroup = OwnGroup.properties(environment).getReload().getHealthGroup();
			if (health == null || healthGroups == null || healthGroup == null) {
				throw noHealth(connection);
			}
			return new HealthGroupGate(connection.welcome().group(), healthGroup, health, healthGroups);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass(HEALTH)
	@Conditional(OnHealthGroupCondition.class)
	static class NoHealthConfiguration {

		@Bean
		Gate pmHealthGroupGate(WorkerConnection connection) {
			throw noHealth(connection);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(WarmUp.class)
	static class WarmUpBeansConfiguration {

		@Bean
		@Order(2)
		Gate pmWarmUpBeansGate(ListableBeanFactory factory) {
			Map<String, WarmUp> names = factory.getBeansOfType(WarmUp.class);
			Map<String, WarmUp> ordered = new LinkedHashMap<>();
			factory.getBeanProvider(WarmUp.class)
				.orderedStream()
				.forEach((bean) -> names.entrySet()
					.stream()
					.filter((entry) -> entry.getValue() == bean)
					.forEach((entry) -> ordered.put(entry.getKey(), bean)));
			return new WarmUpBeansGate(ordered);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Conditional({ OnListenersCondition.class, OnWarmUpRequestsCondition.class })
	static class WarmUpRequestsConfiguration {

		@Bean
		@Order(3)
		Gate pmWarmUpRequestsGate(WorkerConnection connection, Environment environment,
				ObjectProvider<SharedListenerServer<?>> servers) {
			String group = connection.welcome().group();
			PrivateConnector server = servers.stream()
				.filter(SharedListenerServer::isInUse)
				.map(SharedListenerServer::privateConnector)
				.findFirst()
				.orElseThrow(() -> new GateUnavailableException(
						"pm.groups.%s.warm-up.paths is set, and the workers have no web server that can answer them privately."
							.formatted(group),
						"Use Tomcat, Jetty or Reactor Netty as the web server; or remove the paths, and warm up by a bean of type WarmUp."));
			return new WarmUpRequestsGate(group, OwnGroup.properties(environment).getWarmUp().settings(), server,
					Path.of(System.getProperty(WorkerVariables.RUN_DIRECTORY, "")));
		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = Type.REACTIVE)
		@ConditionalOnClass({ ObservationPredicate.class, NettyReactiveWebServerFactory.class })
		static class ReactorNettyObservationConfiguration {

			@Bean
			ObservationPredicate pmWarmUpObservationPredicate() {
				return (name,
						context) -> !(context instanceof org.springframework.http.server.reactive.observation.ServerRequestObservationContext request
								&& request.getCarrier() != null
								&& ReactorNettySharedListenerCustomizer.isPrivate(request.getCarrier()));
			}

		}

		@Configuration(proxyBeanMethods = false)
		@ConditionalOnWebApplication(type = Type.SERVLET)
		@ConditionalOnClass({ ObservationPredicate.class, ServerRequestObservationContext.class,
				HttpServletRequest.class })
		static class ObservationConfiguration {

			@Bean
			ObservationPredicate pmWarmUpObservationPredicate() {
				return (name,
						context) -> !(context instanceof ServerRequestObservationContext request
								&& request.getCarrier() != null
								&& request.getCarrier().getAttribute(PrivateConnector.REQUEST_ATTRIBUTE) != null);
			}

		}

	}

}
