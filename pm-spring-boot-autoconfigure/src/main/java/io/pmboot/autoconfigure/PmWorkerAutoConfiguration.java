package io.pmboot.autoconfigure;

import java.io.IOException;

import io.pmboot.ConnectionHandler;
import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.Worker;
import io.pmboot.accept.Serving;
import io.pmboot.accept.Spread;
import io.pmboot.env.Roles;
import io.pmboot.message.JsonPayloads;
import io.pmboot.process.Signals;
import io.pmboot.web.EventStreamFilter;
import io.pmboot.web.ReactiveEventStreams;
import io.pmboot.web.SharedWebServer;
import io.pmboot.web.jetty.SharedJetty;
import io.pmboot.web.reactornetty.SharedReactorNetty;
import io.pmboot.web.tomcat.SharedTomcat;
import io.pmboot.worker.HandlerServer;
import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import io.pmboot.worker.ScheduledMethods;
import io.pmboot.worker.TakenListeners;
import io.pmboot.worker.WorkerConnection;
import io.pmboot.worker.WorkerLifecycle;
import io.pmboot.worker.WorkerMessages;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Auto-configuration of a worker.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnPmRole(PmRole.WORKER)
@Import(RoleConfiguration.class)
public final class PmWorkerAutoConfiguration {

	@Bean
	WorkerConnection pmWorkerConnection() {
		WorkerConnection connection = WorkerConnection.current();
		if (connection == null) {
			throw Roles.noMaster();
		}
		return connection;
	}

	@Bean
	WorkerMessages pmWorkerMessages(WorkerConnection connection, ApplicationContext context,
			ObjectProvider<JsonPayloads> json) {
		WorkerMessages messages = connection.messages();
		messages.open(context, json.getIfAvailable());
		return messages;
	}

	// After what it sends messages by.
	@Bean
	Worker pmWorker(WorkerConnection connection, WorkerMessages messages, ObjectProvider<TakenListeners> listeners) {
		return connection.worker(listeners::getIfAvailable);
	}

	@Bean
	WorkerLifecycle pmWorkerLifecycle(WorkerConnection connection, ObjectProvider<Serving> servings,
			ObjectProvider<ReadyCheck> checks, ConfigurableApplicationContext context) {
		WorkerLifecycle lifecycle = new WorkerLifecycle(connection, servings, () -> checks.orderedStream().iterator(),
				context);
		new Signals().handle("TERM", lifecycle::terminate);
		return lifecycle;
	}

	@Bean
	AdoptedListeners pmAdoptedListeners(WorkerConnection connection, ObjectProvider<AdoptedListeners.GrpcPort> grpcPort)
			throws IOException {
		return AdoptedListeners.receive(connection, grpcPort.getIfAvailable());
	}

	@Bean
	@ConditionalOnWebApplication
	Spread pmSpread(WorkerConnection connection, Environment environment) {
		return new Spread(GroupConfiguration.own(environment).drainSpread(), connection.loop());
	}

	/**
	 * The web server accepts on the listeners, before it opens the port itself: by now it
	 * has been made, though not started.
	 */
	@Bean
	@ConditionalOnWebApplication
	SmartInitializingSingleton pmUnservedListenersCheck(AdoptedListeners listeners,
			ObjectProvider<SharedWebServer<?, ?>> servers, Worker worker) {
		return () -> {
			if (!listeners.others().isEmpty() && servers.stream().noneMatch(SharedWebServer::isInUse)) {
				throw unserved(worker);
			}
		};
	}

	private static StartFailedException unserved(Worker worker) {
		return new StartFailedException(
				"Group '%s' listens, but this application has nothing that accepts on shared listeners."
					.formatted(worker.group()),
				("Use Tomcat, Jetty or Reactor Netty (spring-boot-starter-tomcat, -jetty, -reactor-netty) as the web server, by Boot's own factory; or have no web "
						+ "server (spring.main.web-application-type=none) and declare a bean of ConnectionHandler, or call "
						+ "Worker.listeners() while the application starts; or remove pm.groups.%s.listen.")
					.formatted(worker.group()),
				null);
	}

	static SmartInitializingSingleton servedTwice(String server, ListableBeanFactory beans, Worker worker,
			String action) {
		return () -> {
			String handlers = String.join("', '", beans.getBeanNamesForType(ConnectionHandler.class));
			throw new StartFailedException(
					"Both the %s and the ConnectionHandler '%s' would serve the listeners of group '%s'."
						.formatted(server, handlers, worker.group()),
					action, null);
		};
	}

	@Bean
	SmartInitializingSingleton pmServingWatch(WorkerConnection connection, ObjectProvider<Serving> servings,
			Environment environment) {
		return () -> connection.watch(servings.stream().toList(), GroupConfiguration.own(environment).maxRequestTime());
	}

	@Bean
	@ConditionalOnBean(name = TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME)
	ScheduledMethods pmScheduledMethods(
			@Qualifier(TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME) ScheduledAnnotationBeanPostProcessor processor,
			ConfigurableApplicationContext context) {
		return new ScheduledMethods(processor, TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME,
				context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(TomcatWebServerFactory.class)
	@Conditional(OnListeners.class)
	static class TomcatConfiguration {

		@Bean
		SharedTomcat pmSharedTomcat(AdoptedListeners listeners, Spread spread) {
			return new SharedTomcat(listeners.others(), spread);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(ConfigurableJettyWebServerFactory.class)
	@Conditional(OnListeners.class)
	static class JettyConfiguration {

		@Bean
		SharedJetty pmSharedJetty(AdoptedListeners listeners, Spread spread) {
			return new SharedJetty(listeners.others(), spread);
		}

	}

	/**
	 * Without listeners, too: then the server opens no port, as others do by themselves.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static class ReactorNettyConfiguration {

		@Bean
		SharedReactorNetty pmSharedReactorNetty(AdoptedListeners listeners, Spread spread,
				ObjectProvider<ReactorResourceFactory> resources) {
			return new SharedReactorNetty(listeners.others(), spread, resources::getIfUnique);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@Conditional(OnListeners.class)
	static class ReactiveEventStreamConfiguration {

		@Bean
		ReactiveEventStreams pmReactiveEventStreams(Spread spread) {
			return new ReactiveEventStreams(spread);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(FilterRegistrationBean.class)
	@Conditional(OnListeners.class)
	static class EventStreamConfiguration {

		@Bean
		EventStreamFilter pmEventStreamFilter(Spread spread) {
			return new EventStreamFilter(spread);
		}

	}

	/**
	 * A worker that accepts for a handler of the application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ConnectionHandler.class)
	@Conditional(OnListeners.class)
	static class HandlerConfiguration {

		@Bean
		@ConditionalOnNotWebApplication
		HandlerServer pmHandlerServer(ConnectionHandler handler, AdoptedListeners listeners,
				WorkerConnection connection) {
			return new HandlerServer(handler, listeners.others(), connection.welcome().listeners());
		}

		@Bean
		@ConditionalOnWebApplication
		SmartInitializingSingleton pmListenersServedTwiceCheck(ListableBeanFactory beans, Worker worker) {
			return servedTwice("web server", beans, worker,
					("If the connections are the handler's, set spring.main.web-application-type to none in "
							+ "application-%1$s.yml. If they are the web server's, keep the handler's bean out of this group by "
							+ "a @Profile, such as the name of its own group.")
						.formatted(worker.group()));
		}

	}

	/**
	 * A worker that does not accept by itself: its application may.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnNotWebApplication
	@ConditionalOnMissingBean(ConnectionHandler.class)
	static class TakenListenersConfiguration {

		@Bean
		TakenListeners pmTakenListeners(AdoptedListeners listeners) {
			return new TakenListeners(listeners.others());
		}

		// The application takes them while it starts.
		@Bean
		@Order(0)
		ReadyCheck pmTakenListenersCheck(TakenListeners listeners, Worker worker) {
			return (waiting) -> {
				if (!listeners.isTaken()) {
					StartFailedException unserved = unserved(worker);
					throw new ReadyCheckException(String.valueOf(unserved.getMessage()), unserved.action(), null);
				}
			};
		}

	}

	/**
	 * Matches in a worker whose group has listeners.
	 */
	static class OnListeners extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			WorkerConnection connection = WorkerConnection.current();
			if (connection == null || connection.welcome().listeners().isEmpty()) {
				return ConditionOutcome.noMatch("the group has no listeners");
			}
			return ConditionOutcome.match("the group listens on " + connection.welcome().listeners());
		}

	}

}
