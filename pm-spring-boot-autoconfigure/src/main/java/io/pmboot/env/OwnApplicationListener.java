package io.pmboot.env;

import io.pmboot.PmRole;

import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.PriorityOrdered;

/**
 * Follows what this JVM runs, so that {@link OwnApplication} knows the application's own.
 */
class OwnApplicationListener implements ApplicationListener<ApplicationEvent>, PriorityOrdered {

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent starting) {
			OwnApplication.starting(starting.getSpringApplication());
		}
		else if (event instanceof ApplicationContextInitializedEvent initialized
				&& OwnApplication.is(initialized.getSpringApplication())) {
			ConfigurableApplicationContext context = initialized.getApplicationContext();
			if (Roles.of(context.getEnvironment()) != PmRole.NONE) {
				OwnApplication.mark(context.getBeanFactory(), initialized.getSpringApplication());
			}
			else {
				OwnApplication.leave();
			}
		}
		else if (event instanceof ApplicationFailedEvent failure) {
			OwnApplication.failed(failure.getSpringApplication());
		}
		else if (event instanceof ApplicationReadyEvent ready && OwnApplication.is(ready.getSpringApplication())) {
			OwnApplication.ready();
		}
		else if (event instanceof ContextClosedEvent closed
				&& closed.getApplicationContext() instanceof ConfigurableApplicationContext context
				&& OwnApplication.isContext(context.getBeanFactory())) {
			OwnApplication.leave();
		}
	}

	// After the restart of devtools, which leaves a start that goes no further.
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE + 1;
	}

}
