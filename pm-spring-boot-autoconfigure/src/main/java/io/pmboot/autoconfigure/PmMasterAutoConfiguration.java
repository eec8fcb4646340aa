package io.pmboot.autoconfigure;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import io.pmboot.Master;
import io.pmboot.PmRole;
import io.pmboot.actuate.StatusFile;
import io.pmboot.autoconfigure.PmProperties.WhenBlocked;
import io.pmboot.env.MasterDefaults;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.PidFile;
import io.pmboot.env.RunDirectory;
import io.pmboot.master.GroupConfigurations;
import io.pmboot.master.InitiatedMaster;
import io.pmboot.master.MasterLifecycle;
import io.pmboot.master.MasterSettings;
import io.pmboot.master.MasterSignals;
import io.pmboot.message.JsonPayloads;
import io.pmboot.process.EarlySignals;
import io.pmboot.process.JvmExit;
import io.pmboot.process.JvmLauncher;
import io.pmboot.process.MasterOutput;
import io.pmboot.process.OwnLaunch;
import io.pmboot.process.Signals;
import io.pmboot.process.WorkingDirectory;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.jetty.SharedJetty;
import io.pmboot.web.reactornetty.SharedReactorNetty;
import io.pmboot.web.tomcat.SharedTomcat;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
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
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the master.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnPmRole(PmRole.MASTER)
@Import(RoleConfiguration.class)
public final class PmMasterAutoConfiguration {

	/**
	 * What supervises, unless something else does: a test's.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(Master.class)
	static class SupervisionConfiguration {

		@Bean
		MasterOutput pmMasterOutput(PmProperties properties) {
			MasterOutput output = MasterOutput.current();
			output.dropWhenBlocked(properties.master().output().whenBlocked() == WhenBlocked.DROP);
			return output;
		}

		@Bean
		JvmLauncher pmProcessLauncher(RunDirectory runDirectory, ApplicationArguments arguments,
				Environment environment, BeanFactory beans, MasterOutput output, ObjectProvider<PidFile> pidFile) {
			OwnLaunch own = OwnLaunch.read(OwnApplication.mainClass(beans), List.of(arguments.getSourceArgs()),
					List.of(environment.getActiveProfiles()));
			JvmLauncher launcher = new JvmLauncher(own, runDirectory.path(), runDirectory.controlSocket(), output);
			launcher.beforeEachFork(runDirectory::hold);
			pidFile.ifAvailable((file) -> launcher.beforeEachFork(file::hold));
			return launcher;
		}

		@Bean
		GroupConfigurations pmGroupConfigurations(PmProperties properties, ConfigurableEnvironment environment,
				BeanFactory beans) {
			return new BoundGroupConfigurations(properties, environment, beans);
		}

		@Bean
		MasterLifecycle pmMasterLifecycle(PmProperties properties, RunDirectory runDirectory, JvmLauncher launcher,
				GroupConfigurations configurations, ApplicationContext context, ObjectProvider<JsonPayloads> json,
				MasterOutput output) {
			return new MasterLifecycle(
					new MasterSettings(properties.groupSettings(), properties.master().address(),
							runDirectory.controlSocket(), runDirectory.previousMasterDied(), properties.message(),
							System.getenv(), properties.doctor().ignore()),
					launcher, launcher.copies(), configurations, context, json.getIfAvailable(), output);
		}

		@Bean
		InitiatedMaster pmMaster(MasterLifecycle lifecycle) {
			return lifecycle.master();
		}

		@Bean
		@ConditionalOnProperty("pm.master.status-file")
		StatusFile pmStatusFile(Master master, PmProperties properties) {
			Path file = Objects.requireNonNull(properties.master().statusFile()).toPath();
			return new StatusFile(master, WorkingDirectory.current().resolve(file),
					properties.master().statusInterval());
		}

		@Bean
		AfterRunHandler pmAfterRunHandler(ConfigurableApplicationContext context) {
			return new AfterRunHandler(context);
		}

		@Bean
		MasterSignals pmMasterSignals(ConfigurableApplicationContext context, MasterLifecycle lifecycle) {
			return new MasterSignals(new Signals(), EarlySignals.current(), new JvmExit(), context, lifecycle);
		}

	}

	/**
	 * What the master takes from its surroundings: properties and run directory.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties(PmProperties.class)
	static class PropertiesConfiguration {

		@Bean
		static ConfigurationPropertiesBindHandlerAdvisor pmServerPropertiesAdvisor() {
			return MasterDefaults.advisor();
		}

		@Bean
		static ConfigurationPropertiesBindHandlerAdvisor pmPropertiesRules(Environment environment) {
			return (handler) -> PmPropertiesRules.around(handler, List.of(environment.getActiveProfiles()), null);
		}

		@Bean
		EnvironmentCaseWarning pmEnvironmentCaseWarning(ConfigurableEnvironment environment) {
			return new EnvironmentCaseWarning(environment);
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

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebServerFactoryCustomizer.class)
	static class WebServerConfiguration {

		/**
		 * Puts the master's web server where {@code pm.master} says, and keeps it from
		 * serving files of the application. Comes after every other customizer.
		 */
		@Bean
		WebServerFactoryCustomizer<ConfigurableWebServerFactory> pmMasterWebServerCustomizer(PmProperties properties) {
			return (factory) -> {
				// With -1 Boot would not start the server.
				factory.setPort(properties.master().isPortOff() ? 0 : properties.master().port());
				factory.setAddress(properties.master().actuatorAddress());
				if (factory instanceof ConfigurableServletWebServerFactory servlet) {
					Jsp none = new Jsp();
					none.setRegistered(false);
					servlet.setJsp(none);
					servlet.setRegisterDefaultServlet(false);
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(TomcatWebServerFactory.class)
	static class TomcatConfiguration {

		@Bean
		PrivateConnector.OfServer<TomcatWebServerFactory> pmTomcatPrivateConnector(PmProperties properties) {
			return SharedTomcat.connector(properties.master().isPortOff());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication
	@ConditionalOnClass(ConfigurableJettyWebServerFactory.class)
	static class JettyConfiguration {

		@Bean
		PrivateConnector.OfServer<ConfigurableJettyWebServerFactory> pmJettyPrivateConnector(PmProperties properties) {
			return SharedJetty.connector(properties.master().isPortOff());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	@ConditionalOnClass(NettyReactiveWebServerFactory.class)
	static class ReactorNettyConfiguration {

		@Bean
		PrivateConnector.OfServer<NettyReactiveWebServerFactory> pmReactorNettyPrivateConnector(
				PmProperties properties) {
			PmProperties.Master master = properties.master();
			return SharedReactorNetty.connector(master.isPortOff(), master.maxConnections());
		}

	}

}
