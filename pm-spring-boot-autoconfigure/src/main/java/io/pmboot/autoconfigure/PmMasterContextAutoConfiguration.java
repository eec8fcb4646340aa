package io.pmboot.autoconfigure;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import io.pmboot.PmRole;
import io.pmboot.env.MasterDefaults;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.PidFile;
import io.pmboot.env.RunDirectory;
import io.pmboot.process.WorkingDirectory;
import io.pmboot.web.jetty.JettyPrivateConnector;
import io.pmboot.web.reactornetty.ConnectionLimit;
import io.pmboot.web.reactornetty.ReactorNettyPrivateConnector;
import io.pmboot.web.tomcat.TomcatPrivateConnector;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.boot.web.server.servlet.Jsp;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of what the master's context is like: its properties, its run
 * directory, its web server.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnPmRole(PmRole.MASTER)
@EnableConfigurationProperties(PmProperties.class)
public final class PmMasterContextAutoConfiguration {

	@Bean
	static ConfigurationPropertiesBindHandlerAdvisor pmServerPropertiesAdvisor() {
		return MasterDefaults.advisor();
	}

	@Bean
	static LazyInitializationExcludeFilter pmLazyInitializationExcludeFilter() {
		return new OwnBeansExcludeFilter();
	}

	@Bean
	static ConfigurationPropertiesBindHandlerAdvisor pmPropertiesRules(Environment environment) {
		return (handler) -> PmPropertiesRules.around(handler, List.of(environment.getActiveProfiles()), null);
	}

	@Bean
	LostCaseWarning pmLostCaseWarning(ConfigurableEnvironment environment) {
		return new LostCaseWarning(environment);
	}

	@Bean
	RunDirectory pmRunDirectory(PmProperties properties, Environment environment, BeanFactory beans) {
		File directory = properties.master().runDirectory();
		return RunDirectory.open((directory != null) ? directory.toPath()
				: RunDirectory.defaultPath(environment, OwnApplication.mainClass(beans)));
	}

	@Bean
	@ConditionalOnProperty("pm.master.pid-file")
	PidFile pmPidFile(PmProperties properties) {
		Path file = Objects.requireNonNull(properties.master().pidFile()).toPath();
		return PidFile.write(WorkingDirectory.current().resolve(file));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebServerFactoryCustomizer.class)
	static class WebServerConfiguration {

		@Bean
		MasterWebServerCustomizer pmMasterWebServerCustomizer(PmProperties properties) {
			return new MasterWebServerCustomizer(properties.master());
		}

		/**
		 * Puts the master's web server where {@code pm.master} says, and keeps it from
		 * serving files of the application. Comes after every other customizer.
		 */
		static class MasterWebServerCustomizer
				implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

			private final PmProperties.Master properties;

			MasterWebServerCustomizer(PmProperties.Master properties) {
				this.properties = properties;
			}

			@Override
			public void customize(ConfigurableWebServerFactory factory) {
				// With -1 Boot would not start the server.
				factory.setPort(this.properties.isPortOff() ? 0 : this.properties.port());
				factory.setAddress(this.properties.actuatorAddress());
				if (factory instanceof ConfigurableServletWebServerFactory servlet) {
					Jsp none = new Jsp();
					none.setRegistered(false);
					servlet.setJsp(none);
					servlet.setRegisterDefaultServlet(false);
				}
			}

			@Override
			public int getOrder() {
				return LOWEST_PRECEDENCE;
			}

		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(TomcatWebServerFactory.class)
	static class TomcatConfiguration {

		@Bean
		TomcatPrivateConnector pmTomcatPrivateConnector(PmProperties properties) {
			return new TomcatPrivateConnector(properties.master().isPortOff());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(ConfigurableJettyWebServerFactory.class)
	static class JettyConfiguration {

		@Bean
		JettyPrivateConnector pmJettyPrivateConnector(PmProperties properties) {
			return new JettyPrivateConnector(properties.master().isPortOff());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static class ReactorNettyConfiguration {

		@Bean
		ReactorNettyPrivateConnector pmReactorNettyPrivateConnector(PmProperties properties) {
			return new ReactorNettyPrivateConnector(properties.master().isPortOff());
		}

		@Bean
		ConnectionLimit pmConnectionLimit(PmProperties properties) {
			return new ConnectionLimit(properties.master().maxConnections());
		}

	}

}
