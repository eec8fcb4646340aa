package io.pmboot.autoconfigure;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.ScheduledTaskHolder;
import org.springframework.util.ClassUtils;

/**
 * Warns, once at the start of a worker that is one of several, of methods that are
 * {@code @Scheduled}: each worker of the group runs them.
 */
class ScheduledTasksWarning implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ScheduledTasksWarning.class);

	private final ApplicationContext context;

	private final ScheduledTaskHolder tasks;

	private final String group;

	private final int children;

	ScheduledTasksWarning(ApplicationContext context, ScheduledTaskHolder tasks, String group, int children) {
		this.context = context;
		this.tasks = tasks;
		this.group = group;
		this.children = children;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Collection<ScheduledTask> tasks = this.tasks.getScheduledTasks();
		if (!tasks.isEmpty()) {
			logger.warn(("Group '%s' has %d workers, and each of them runs what is @Scheduled here: %s. "
					+ "Give it a group of its own with children: 1, guard it by a lock that all processes share "
					+ "(such as ShedLock), or let it do nothing where Worker.index() is not 0.")
				.formatted(this.group, this.children,
						tasks.stream().map(this::describe).distinct().collect(Collectors.joining(", "))));
		}
	}

	// The text of such a task is the qualified name of its method.
	private String describe(ScheduledTask task) {
		String method = task.toString();
		String className = method.substring(0, Math.max(0, method.lastIndexOf('.')));
		ClassLoader classLoader = this.context.getClassLoader();
		if (!ClassUtils.isPresent(className, classLoader)) {
			return method;
		}
		Class<?> type = ClassUtils.resolveClassName(className, classLoader);
		return "bean %s (%s)".formatted(Arrays.toString(this.context.getBeanNamesForType(type, true, false)), method);
	}

}
