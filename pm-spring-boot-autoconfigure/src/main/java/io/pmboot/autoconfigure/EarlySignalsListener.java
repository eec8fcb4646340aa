package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.PmRole;
import io.pmboot.control.WorkerVariables;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import io.pmboot.process.EarlySignals;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Has a master that starts remember the signals that come before it can act on them: from
 * the first moment where a profile from outside the application makes it one, otherwise
 * from when its profiles are known.
 */
class EarlySignalsListener implements SmartApplicationListener {

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return ApplicationStartingEvent.class.isAssignableFrom(eventType)
				|| ApplicationEnvironmentPreparedEvent.class.isAssignableFrom(eventType);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent starting
				&& System.getProperty(WorkerVariables.CONTROL_SOCKET) == null
				&& EarlySignals.areExpected(List.of(starting.getArgs()))) {
			EarlySignals.current().remember();
		}
		else if (event instanceof ApplicationEnvironmentPreparedEvent prepared
				&& OwnApplication.is(prepared.getSpringApplication())) {
			if (Roles.of(prepared.getEnvironment()) == PmRole.MASTER) {
				EarlySignals.current().remember();
			}
			else {
				EarlySignals.current().forget();
			}
		}
	}

	// As soon as the profiles are known, and before the master starts from its copy.
	@Override
	public int getOrder() {
		return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 1;
	}

}
