package io.pmboot.autoconfigure;

import io.grpc.netty.NettyServerBuilder;
import io.pmboot.ConnectionHandler;
import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.Worker;
import io.pmboot.autoconfigure.AdoptedListeners.GrpcPort;
import io.pmboot.web.grpc.SharedGrpc;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ShadedNettyGrpcServerFactory;

/**
 * Auto-configuration of a worker that has a gRPC server of its own, not one that is a
 * servlet of its web server.
 *
 * @since 0.1
 */
@AutoConfiguration(afterName = "org.springframework.boot.grpc.server.autoconfigure.GrpcServerAutoConfiguration")
@ConditionalOnPmRole(PmRole.WORKER)
@ConditionalOnClass(NettyGrpcServerFactory.class)
@Conditional(PmWorkerAutoConfiguration.OnListeners.class)
public final class PmWorkerGrpcAutoConfiguration {

	private static final String LEAVE_OUT = "keep the gRPC server out of this group by spring.grpc.server.enabled=false in application-%s.yml.";

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(NettyServerBuilder.class)
	@ConditionalOnBean(NettyGrpcServerFactory.class)
	static class NettyConfiguration {

		/** What Spring gRPC takes, too, where nothing is said. */
		private static final int DEFAULT_PORT = 9090;

		private static int port(Environment environment) {
			return environment.getProperty("spring.grpc.server.port", Integer.class, DEFAULT_PORT);
		}

		@Bean
		@ConditionalOnWebApplication
		GrpcPort pmGrpcServerPort(Environment environment) {
			return new GrpcPort(port(environment), false);
		}

		@Bean
		@ConditionalOnNotWebApplication
		GrpcPort pmGrpcServerPortOfAll(Environment environment) {
			return new GrpcPort(port(environment), true);
		}

		@Bean
		SharedGrpc pmSharedGrpc(AdoptedListeners listeners, GrpcPort port, Worker worker) {
			if (listeners.grpc().isEmpty()) {
				throw new StartFailedException(
						"Each worker of group '%s' would open port %d for its gRPC server, and only one of them can: none of the group's listeners has this port."
							.formatted(worker.group(), port.port()),
						"Add it to pm.groups.%1$s.listen; or set spring.grpc.server.port to the port of a listener that the web server does not need; or "
							.formatted(worker.group()) + LEAVE_OUT.formatted(worker.group()),
						null);
			}
			return new SharedGrpc(listeners.grpc());
		}

		@Bean
		@ConditionalOnBean(ConnectionHandler.class)
		@ConditionalOnNotWebApplication
		SmartInitializingSingleton pmGrpcServedTwiceCheck(ListableBeanFactory beans, Worker worker) {
			return PmWorkerAutoConfiguration.servedTwice("gRPC server", beans, worker,
					"Keep the handler's bean out of this group by a @Profile, such as the name of its own group; or "
							+ LEAVE_OUT.formatted(worker.group()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(ShadedNettyGrpcServerFactory.class)
	static class ShadedNettyConfiguration {

		@Bean
		SmartInitializingSingleton pmShadedNettyCheck(Worker worker) {
			return () -> {
				throw new StartFailedException(
						"The gRPC server of group '%s' cannot accept on shared listeners: grpc-netty-shaded has a Netty of its own."
							.formatted(worker.group()),
						"Replace the dependency io.grpc:grpc-netty-shaded by io.grpc:grpc-netty; or "
								+ LEAVE_OUT.formatted(worker.group()),
						null);
			};
		}

	}

}
