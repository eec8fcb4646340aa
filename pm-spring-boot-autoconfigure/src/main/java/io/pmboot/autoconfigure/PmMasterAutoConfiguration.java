package io.pmboot.autoconfigure;

import java.io.File;
import java.util.List;

import io.pmboot.Master;
import io.pmboot.PmRole;
import io.pmboot.env.MainApplication;
import io.pmboot.env.RunDirectory;
import io.pmboot.env.ServerPropertiesAdvisor;
import io.pmboot.master.DefaultMaster;
import io.pmboot.master.MasterLifecycle;
import io.pmboot.master.MasterSettings;
import io.pmboot.master.MasterSignals;
import io.pmboot.process.JvmExit;
import io.pmboot.process.JvmLauncher;
import io.pmboot.process.OwnLaunch;
import io.pmboot.process.Signals;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the master.
 */
@AutoConfiguration
@ConditionalOnPmRole(PmRole.MASTER)
@EnableConfigurationProperties
public final class PmMasterAutoConfiguration {

	@Bean
	static ServerPropertiesAdvisor pmServerPropertiesAdvisor() {
		return new ServerPropertiesAdvisor();
	}

	@Bean
	static LazyInitializationExcludeFilter pmLazyInitializationExcludeFilter() {
		return new OwnBeansExcludeFilter();
	}

	@Bean
	PmProperties pmProperties(Environment environment) {
		return new PmProperties(List.of(environment.getActiveProfiles()));
	}

	@Bean
	RunDirectory pmRunDirectory(PmProperties properties, Environment environment,
			ObjectProvider<MainApplication> application) {
		File directory = properties.getMaster().getRunDirectory();
		return (directory != null) ? RunDirectory.open(directory.toPath())
				: RunDirectory.openDefault(environment, application.getIfAvailable(() -> new MainApplication(null)));
	}

	@Bean
	JvmLauncher pmProcessLauncher(RunDirectory runDirectory, ApplicationArguments arguments, Environment environment,
			ObjectProvider<MainApplication> application) {
		Class<?> mainClass = application.getIfAvailable(() -> new MainApplication(null)).mainClass();
		OwnLaunch own = OwnLaunch.read((mainClass != null) ? mainClass.getName() : null,
				List.of(arguments.getSourceArgs()), List.of(environment.getActiveProfiles()));
		return new JvmLauncher(own, runDirectory.path(), runDirectory.controlSocket(), System.out);
	}

	@Bean
	MasterLifecycle pmMasterLifecycle(PmProperties properties, RunDirectory runDirectory, JvmLauncher launcher,
			ApplicationContext context) {
		return new MasterLifecycle(new MasterSettings(GroupSettingsMapper.groups(properties),
				properties.getMaster().getAddress(), runDirectory.controlSocket(), runDirectory.previousMasterDied()),
				launcher, context);
	}

	@Bean
	Master pmMaster(MasterLifecycle lifecycle) {
		return new DefaultMaster(lifecycle);
	}

	@Bean
	MasterSignals pmMasterSignals(ConfigurableApplicationContext context, Master master, MasterLifecycle lifecycle) {
		return new MasterSignals(new Signals(), new JvmExit(), context, master, lifecycle);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebServerFactoryCustomizer.class)
	static class WebServerConfiguration {

		@Bean
		MasterWebServerCustomizer pmMasterWebServerCustomizer(PmProperties properties) {
			return new MasterWebServerCustomizer(properties.getMaster());
		}

	}

}
