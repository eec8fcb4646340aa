package io.pmboot.autoconfigure;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.WarmUp;
import io.pmboot.control.WorkerVariables;
import io.pmboot.ready.ReadyChecks;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.SharedWebServer;
import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.WorkerConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Auto-configuration of what a worker waits for before it is READY.
 *
 * @since 0.1
 */
@AutoConfiguration(after = PmWorkerAutoConfiguration.class)
@ConditionalOnPmRole(PmRole.WORKER)
public final class PmWorkerReadyChecksAutoConfiguration {

	// None where the group names no health group.
	@Bean
	@Order(1)
	@ConditionalOnBean(WorkerConnection.class)
	@Nullable ReadyCheck pmHealthGroupCheck(WorkerConnection connection, Environment environment, BeanFactory beans) {
		String healthGroup = GroupConfiguration.own(environment).reload().healthGroup();
		return (healthGroup != null) ? ReadyChecks.healthGroup(connection.welcome().group(), healthGroup, beans) : null;
	}

	@Bean
	@Order(2)
	@ConditionalOnBean(WarmUp.class)
	ReadyCheck pmWarmUpBeansCheck(ListableBeanFactory factory) {
		Map<String, WarmUp> names = factory.getBeansOfType(WarmUp.class);
		Map<String, WarmUp> ordered = new LinkedHashMap<>();
		factory.getBeanProvider(WarmUp.class)
			.orderedStream()
			.forEach((bean) -> names.entrySet()
				.stream()
				.filter((entry) -> entry.getValue() == bean)
				.forEach((entry) -> ordered.put(entry.getKey(), bean)));
		return ReadyChecks.warmUpBeans(ordered);
	}

	@Configuration(proxyBeanMethods = false)
	@Conditional({ PmWorkerAutoConfiguration.OnListeners.class, OnWarmUpRequests.class })
	static class WarmUpRequestsConfiguration {

		@Bean
		@Order(3)
		ReadyCheck pmWarmUpRequestsCheck(WorkerConnection connection, Environment environment,
				ObjectProvider<SharedWebServer<?, ?>> servers) {
			String group = connection.welcome().group();
			PrivateConnector server = servers.stream()
				.filter(SharedWebServer::isInUse)
				.map(SharedWebServer::privateConnector)
				.findFirst()
				.orElseThrow(() -> new StartFailedException(
						"pm.groups.%s.warm-up.paths is set, and the workers have no web server that can answer them privately."
							.formatted(group),
						"Use Tomcat, Jetty or Reactor Netty as the web server; or remove the paths, and warm up by a bean of type WarmUp.",
						null));
			return ReadyChecks.warmUpRequests(group, GroupConfiguration.own(environment).warmUp(), server,
					Path.of(System.getProperty(WorkerVariables.RUN_DIRECTORY, "")));
		}

	}

	/**
	 * Matches in a worker whose group has paths to warm up by.
	 */
	static class OnWarmUpRequests extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			int paths = GroupConfiguration.own(context.getEnvironment()).warmUp().paths().size();
			return new ConditionOutcome(paths > 0, "%d warm-up.paths".formatted(paths));
		}

	}

}
