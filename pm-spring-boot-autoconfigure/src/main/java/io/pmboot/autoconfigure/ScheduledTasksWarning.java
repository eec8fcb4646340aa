package io.pmboot.autoconfigure;

import java.util.Collection;
import java.util.stream.Collectors;

import io.pmboot.control.Frame;
import io.pmboot.settings.GroupProperties.Reload.Order;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;

/**
 * Warns, once at the start of a worker, of methods that are {@code @Scheduled} where more
 * than one worker runs them: one that is one of several, and in a reload the only one of
 * a group without listeners, which is there for them.
 *
 * @param context the worker's context
 * @param tasks what is scheduled in it
 * @param welcome what the master has told this worker
 * @param order which of the two of a slot comes first in a reload
 * @param findings where it is told
 */
record ScheduledTasksWarning(ApplicationContext context, ScheduledTaskHolder tasks, Frame.Welcome welcome, Order order,
		Findings findings) implements SmartInitializingSingleton {

	@Override
	public void afterSingletonsInstantiated() {
		Collection<ScheduledTask> tasks = this.tasks.getScheduledTasks();
		if (tasks.isEmpty()) {
			return;
		}
		if (this.welcome.children() > 1) {
			this.findings.found("scheduled-tasks",
					("Group '%s' has %d workers, and each of them runs what is @Scheduled here: %s. "
							+ "Give it a group of its own with children: 1, guard it by a lock that all processes share "
							+ "(such as ShedLock), or let it do nothing where Worker.index() is not 0.")
						.formatted(this.welcome.group(), this.welcome.children(), describe(tasks)));
		}
		else if (this.welcome.listeners().isEmpty() && this.order == Order.START_FIRST) {
			this.findings.found("scheduled-tasks",
					("In a reload of group '%1$s' its worker and the successor both run what is @Scheduled here "
							+ "for as long as pm.groups.%1$s.reload.observe says: %2$s. Set pm.groups.%1$s.reload.order to "
							+ "handover, and the successor, which is ready by then, begins when its predecessor has ended.")
						.formatted(this.welcome.group(), describe(tasks)));
		}
	}

	// The text of such a task is the qualified name of its method.
	private String describe(Collection<ScheduledTask> tasks) {
		return tasks.stream()
			.map((task) -> MasterEventListenerWarning.describeMethod(task.toString(), this.context))
			.distinct()
			.collect(Collectors.joining(", "));
	}

}
