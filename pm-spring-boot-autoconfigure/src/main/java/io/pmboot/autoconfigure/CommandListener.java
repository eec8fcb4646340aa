package io.pmboot.autoconfigure;

import io.pmboot.command.PmCommand;

import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.PriorityOrdered;

/**
 * Runs the command where it is asked for of an application that Boot's loader does not
 * start, such as an extracted one. Without it, what was to stop a group would start the
 * application once more.
 */
class CommandListener implements ApplicationListener<ApplicationStartingEvent>, PriorityOrdered {

	@Override
	public void onApplicationEvent(ApplicationStartingEvent event) {
		if (PmCommand.isAskedFor()) {
			PmCommand.main(event.getArgs());
		}
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
