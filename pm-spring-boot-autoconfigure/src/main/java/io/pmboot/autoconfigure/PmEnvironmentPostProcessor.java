package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.control.Frame;
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
				// What else a worker runs may be the first to open the log file.
				WorkerDefaults.applyFiles(environment);
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

	private static void worker(ConfigurableEnvironment environment, SpringApplication application) {
		WorkerDefaults.apply(environment);
		WorkerConnection connection = WorkerConnection.current();
		if (connection != null) {
			Frame.Welcome welcome = connection.welcome();
			connection.configure((masterProfiles) -> GroupConfiguration.read(environment,
					application.getResourceLoader(), welcome.group(), masterProfiles));
			environment.getPropertySources().addFirst(WorkerDefaults.listeners(welcome.listeners(), environment));
		}
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
