package io.pmboot.autoconfigure;

import java.util.Objects;

import io.pmboot.PmRole;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.jetty.SharedJetty;
import io.pmboot.web.reactornetty.SharedReactorNetty;
import io.pmboot.web.tomcat.SharedTomcat;
import io.pmboot.worker.WorkerConnection;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.ManagementContextType;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementServerProperties;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * A worker's Actuator that has a web server of its own, where
 * {@code management.server.port} is set or the group listens nowhere: that server opens
 * no port, which would be one for all workers, and answers the master alone.
 */
@ManagementContextConfiguration(value = ManagementContextType.CHILD, proxyBeanMethods = false)
@Conditional(PmWorkerManagementConfiguration.OnWorker.class)
class PmWorkerManagementConfiguration {

	@Bean
	NoPort pmNoManagementPort() {
		return new NoPort();
	}

	@Bean
	@ConditionalOnBean(value = WorkerConnection.class, search = SearchStrategy.ANCESTORS)
	WorkerActuatorSocket pmWorkerActuatorSocket(WorkerConnection connection,
			ObjectProvider<PrivateConnector.OfServer<?>> servers, PathMappedEndpoints endpoints,
			ManagementServerProperties properties, ObjectProvider<WorkerLastCounts> counts) {
		return new WorkerActuatorSocket(connection, servers.stream().toList(), endpoints,
				() -> Objects.requireNonNullElse(properties.getBasePath(), ""), true, counts);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(TomcatWebServerFactory.class)
	static class TomcatConfiguration {

		@Bean
		PrivateConnector.OfServer<TomcatWebServerFactory> pmTomcatPrivateConnector() {
			return SharedTomcat.connector(true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConfigurableJettyWebServerFactory.class)
	static class JettyConfiguration {

		@Bean
		PrivateConnector.OfServer<ConfigurableJettyWebServerFactory> pmJettyPrivateConnector() {
			return SharedJetty.connector(true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static class ReactorNettyConfiguration {

		@Bean
		PrivateConnector.OfServer<NettyReactiveWebServerFactory> pmReactorNettyPrivateConnector() {
			return SharedReactorNetty.connector(true, Integer.MAX_VALUE);
		}

	}

	/**
	 * Takes the port and what belongs to it: after Boot's own customizer, and before
	 * those of the servers above, which start without. Any other would not be started.
	 */
	static final class NoPort implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

		@Override
		public void customize(ConfigurableWebServerFactory factory) {
			factory.setPort(-1);
			factory.setAddress(null);
			factory.setSsl(null);
		}

		@Override
		public int getOrder() {
			return Ordered.LOWEST_PRECEDENCE - 1;
		}

	}

	/**
	 * Matches in the context of the Actuator of a worker, whose parent is the
	 * application's own.
	 */
	static class OnWorker extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConfigurableListableBeanFactory beans = context.getBeanFactory();
			BeanFactory parent = (beans != null) ? beans.getParentBeanFactory() : null;
			boolean own = parent instanceof ConfigurableListableBeanFactory application
					&& OwnApplication.isContext(application);
			return new ConditionOutcome(own && Roles.of(context.getEnvironment()) == PmRole.WORKER,
					"the parent is the context of " + parent);
		}

	}

}
