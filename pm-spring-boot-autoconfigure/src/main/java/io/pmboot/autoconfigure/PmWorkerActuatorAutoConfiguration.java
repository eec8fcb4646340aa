package io.pmboot.autoconfigure;

import java.util.List;

import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.observation.ObservationPredicate;
import io.pmboot.PmRole;
import io.pmboot.accept.Serving;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import io.pmboot.web.reactornetty.SharedReactorNetty;
import io.pmboot.worker.WorkerConnection;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * Auto-configuration of the way by which the master asks a worker's Actuator that is part
 * of the application's own web server; {@link PmWorkerManagementConfiguration} has that
 * of the others.
 *
 * @since 0.1
 */
@AutoConfiguration(after = { PmWorkerAutoConfiguration.class, WebEndpointAutoConfiguration.class,
		PrometheusMetricsExportAutoConfiguration.class })
@ConditionalOnPmRole(PmRole.WORKER)
public final class PmWorkerActuatorAutoConfiguration {

	private static List<PrivateConnector> ways(ObjectProvider<SharedWebServer<?, ?>> servers) {
		return servers.stream().<PrivateConnector>map(SharedWebServer::privateConnector).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ PathMappedEndpoints.class, DispatcherServletPath.class })
	@ConditionalOnManagementPort(ManagementPortType.SAME)
	@ConditionalOnBean({ PathMappedEndpoints.class, WorkerConnection.class })
	static class ServletConfiguration {

		@Bean
		WorkerActuatorSocket pmWorkerActuatorSocket(WorkerConnection connection,
				ObjectProvider<SharedWebServer<?, ?>> servers, PathMappedEndpoints endpoints,
				ObjectProvider<ServletContext> context, ObjectProvider<DispatcherServletPath> dispatcher,
				ObjectProvider<WorkerLastCounts> counts) {
			return new WorkerActuatorSocket(connection, ways(servers), endpoints,
					() -> context.getObject().getContextPath() + dispatcher.getObject().getPrefix(), false, counts);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(PathMappedEndpoints.class)
	@ConditionalOnManagementPort(ManagementPortType.SAME)
	@ConditionalOnBean({ PathMappedEndpoints.class, WorkerConnection.class })
	static class ReactiveConfiguration {

		@Bean
		WorkerActuatorSocket pmWorkerActuatorSocket(WorkerConnection connection,
				ObjectProvider<SharedWebServer<?, ?>> servers, PathMappedEndpoints endpoints, Environment environment,
				ObjectProvider<WorkerLastCounts> counts) {
			return new WorkerActuatorSocket(connection, ways(servers), endpoints,
					() -> environment.getProperty("spring.webflux.base-path", ""), false, counts);
		}

	}

	/**
	 * A worker that is to leave its counts. Its Actuator may be in a context of its own,
	 * which is made later.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(PrometheusScrapeEndpoint.class)
	@ConditionalOnBean({ PrometheusScrapeEndpoint.class, WorkerConnection.class })
	static class LastCountsConfiguration {

		@Bean
		WorkerLastCounts pmWorkerLastCounts(WorkerConnection connection, ApplicationContext context) {
			return new WorkerLastCounts(connection, context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class MetersConfiguration {

		@Bean
		PmWorkerMeters pmWorkerMeters(ObjectProvider<Serving> servings) {
			return new PmWorkerMeters(servings.stream().toList());
		}

	}

	/**
	 * What comes by a private way is not of those whose requests are measured.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass({ ObservationPredicate.class, NettyReactiveWebServerFactory.class })
	static class ReactorNettyObservationConfiguration {

		@Bean
		ObservationPredicate pmPrivateObservationPredicate() {
			return (name,
					context) -> !(context instanceof org.springframework.http.server.reactive.observation.ServerRequestObservationContext request
							&& request.getCarrier() != null && SharedReactorNetty.isPrivate(request.getCarrier()));
		}

	}

	/**
	 * The same of servlets.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass({ ObservationPredicate.class, ServerRequestObservationContext.class, HttpServletRequest.class })
	static class ObservationConfiguration {

		@Bean
		ObservationPredicate pmPrivateObservationPredicate() {
			return (name,
					context) -> !(context instanceof ServerRequestObservationContext request
							&& request.getCarrier() != null
							&& request.getCarrier().getAttribute(PrivateConnector.REQUEST_ATTRIBUTE) != null);
		}

	}

}
