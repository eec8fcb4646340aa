package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.control.WorkerVariables;
import io.pmboot.env.MasterDefaults;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import io.pmboot.env.WorkerDefaults;
import io.pmboot.process.JvmLauncher;
import io.pmboot.process.Signals;
import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Gives the environment of a master or a worker what its role needs: that of the
 * application alone, once everything that the application configures is known, and before
 * Boot opens the log file.
 */
class PmEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!OwnApplication.is(application)) {
			if (System.getProperty(WorkerVariables.CONTROL_SOCKET) != null) {
				ownFiles(environment);
			}
			return;
		}
		PmRole role = Roles.of(environment);
		Roles.check(role, environment, role == PmRole.MASTER && new Signals().reduced());
		switch (role) {
			case MASTER -> {
				JvmLauncher.chooseForkMechanism();
				MasterDefaults.apply(environment);
			}
			case WORKER -> worker(environment, application);
			case NONE -> {
			}
		}
	}

	private void worker(ConfigurableEnvironment environment, SpringApplication application) {
		String group = environment.getProperty(WorkerVariables.GROUP);
		Integer index = environment.getProperty(WorkerVariables.INDEX, Integer.class);
		if (group == null || index == null) {
			throw Roles.noMaster();
		}
		WorkerDefaults.apply(environment, group, index);
		WorkerConnection connection = WorkerConnection.current();
		if (connection != null) {
			connection.configure((masterProfiles) -> GroupConfiguration.read(environment,
					application.getResourceLoader(), group, masterProfiles));
			environment.getPropertySources().addFirst(WorkerDefaults.listeners(connection.welcome().listeners()));
		}
	}

	// What else a worker runs may be the first to open the log file.
	private static void ownFiles(ConfigurableEnvironment environment) {
		String group = environment.getProperty(WorkerVariables.GROUP);
		Integer index = environment.getProperty(WorkerVariables.INDEX, Integer.class);
		if (group != null && index != null) {
			WorkerDefaults.applyFiles(environment, group, index);
		}
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
