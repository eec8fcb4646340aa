package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.control.WorkerVariables;
import io.pmboot.process.EarlySignals;

import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Keeps the restart of devtools from a master and its workers. Devtools decides before
 * there is an environment, in a listener of the highest precedence, and asks a system
 * property only; so this listener precedes it, and looks for the profiles where they can
 * be found that early. Where a file of the application activates them, devtools has taken
 * its class loader into use already, but restarts nothing: it finds the same property in
 * the environment.
 */
class DevToolsRestartListener implements ApplicationListener<ApplicationStartingEvent>, PriorityOrdered {

	private static final String RESTARTER = "org.springframework.boot.devtools.restart.Restarter";

	private static final String RESTART_ENABLED = "spring.devtools.restart.enabled";

	@Override
	public void onApplicationEvent(ApplicationStartingEvent event) {
		if (ClassUtils.isPresent(RESTARTER, event.getSpringApplication().getClassLoader())
				&& isMasterOrWorker(event.getArgs())) {
			System.setProperty(RESTART_ENABLED, "false");
		}
	}

	static boolean isMasterOrWorker(String... arguments) {
		return System.getProperty(WorkerVariables.CONTROL_SOCKET) != null
				|| EarlySignals.areExpected(List.of(arguments));
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
