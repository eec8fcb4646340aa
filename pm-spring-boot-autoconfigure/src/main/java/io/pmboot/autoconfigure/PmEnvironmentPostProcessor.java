package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.env.MasterDefaults;
import io.pmboot.env.RoleRequirements;
import io.pmboot.env.Roles;
import io.pmboot.env.UnusableRoleException;
import io.pmboot.env.UnusableRoleException.Reason;
import io.pmboot.env.WorkerDefaults;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Gives the environment of a master or a worker what its role needs, once everything that
 * the application configures is known, and before Boot opens the log file.
 */
class PmEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		PmRole role = Roles.of(environment);
		RoleRequirements.check(role);
		switch (role) {
			case MASTER -> MasterDefaults.apply(environment);
			case WORKER -> worker(environment);
			case NONE -> {
			}
		}
	}

	private void worker(ConfigurableEnvironment environment) {
		String group = environment.getProperty("PM_WORKER_GROUP");
		Integer index = environment.getProperty("PM_WORKER_INDEX", Integer.class);
		if (group == null || index == null) {
			throw new UnusableRoleException(Reason.NO_MASTER);
		}
		WorkerDefaults.apply(environment, group, index, () -> fileLane(environment, group, index));
	}

	private int fileLane(ConfigurableEnvironment environment, String group, int index) {
		return 0;
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
