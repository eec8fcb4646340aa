package io.pmboot.autoconfigure;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

import io.pmboot.Master;
import io.pmboot.PmRole;
import io.pmboot.actuate.StatusFile;
import io.pmboot.autoconfigure.PmProperties.WhenBlocked;
import io.pmboot.env.MainApplication;
import io.pmboot.env.PidFile;
import io.pmboot.env.RunDirectory;
import io.pmboot.master.GroupConfigurations;
import io.pmboot.master.InitiatedMaster;
import io.pmboot.master.MasterLifecycle;
import io.pmboot.master.MasterSettings;
import io.pmboot.master.MasterSignals;
import io.pmboot.message.JsonPayloads;
import io.pmboot.message.Payloads;
import io.pmboot.process.EarlySignals;
import io.pmboot.process.JvmExit;
import io.pmboot.process.JvmLauncher;
import io.pmboot.process.MasterOutput;
import io.pmboot.process.OwnLaunch;
import io.pmboot.process.Signals;
import io.pmboot.process.WorkingDirectory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the master.
 *
 * @since 0.1
 */
@AutoConfiguration(after = PmMasterContextAutoConfiguration.class)
@ConditionalOnPmRole(PmRole.MASTER)
@Import(JsonPayloadsConfiguration.class)
public final class PmMasterAutoConfiguration {

	@Bean
	MasterOutput pmMasterOutput(PmProperties properties) {
		MasterOutput output = MasterOutput.current();
		output.dropWhenBlocked(properties.master().output().whenBlocked() == WhenBlocked.DROP);
		return output;
	}

	@Bean
	JvmLauncher pmProcessLauncher(RunDirectory runDirectory, ApplicationArguments arguments, Environment environment,
			ObjectProvider<MainApplication> application, MasterOutput output, ObjectProvider<PidFile> pidFile) {
		Class<?> mainClass = application.getIfAvailable(() -> new MainApplication(null)).mainClass();
		OwnLaunch own = OwnLaunch.read((mainClass != null) ? mainClass.getName() : null,
				List.of(arguments.getSourceArgs()), List.of(environment.getActiveProfiles()));
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
						runDirectory.controlSocket(), runDirectory.previousMasterDied(), properties.message()),
				launcher, launcher.copies(), configurations, context, new Payloads(json.getIfAvailable()), output);
	}

	@Bean
	InitiatedMaster pmMaster(MasterLifecycle lifecycle) {
		return lifecycle.master();
	}

	@Bean
	@ConditionalOnProperty("pm.master.status-file")
	StatusFile pmStatusFile(Master master, PmProperties properties) {
		Path file = Objects.requireNonNull(properties.master().statusFile()).toPath();
		return new StatusFile(master, WorkingDirectory.current().resolve(file), properties.master().statusInterval());
	}

	@Bean
	AfterRunHandler pmAfterRunHandler(ConfigurableApplicationContext context) {
		return new AfterRunHandler(context,
				new MissingMasterBeanFailureAnalyzer(context.getBeanFactory(), context.getEnvironment()),
				new LoggingFailureAnalysisReporter(), new JvmExit());
	}

	@Bean
	MasterSignals pmMasterSignals(ConfigurableApplicationContext context, MasterLifecycle lifecycle) {
		return new MasterSignals(new Signals(), EarlySignals.current(), new JvmExit(), context, lifecycle);
	}

}
