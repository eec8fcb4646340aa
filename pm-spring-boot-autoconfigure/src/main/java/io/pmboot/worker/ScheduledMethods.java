package io.pmboot.worker;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.loop.Threads;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.scheduling.config.TaskExecutionOutcome;

/**
 * Lets what is {@code @Scheduled} run from the activation of this worker to its drain. A
 * successor that only paused it until then would make up for what came due meanwhile and
 * was run by its predecessor: so nothing is scheduled before.
 */
public final class ScheduledMethods implements Serving, SmartInitializingSingleton {

	private static final Executor LOOK_AGAIN = CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

	private final ScheduledAnnotationBeanPostProcessor processor;

	private final String beanName;

	private final ConfigurableApplicationContext context;

	private CompletionStage<Void> opened = CompletableFuture.completedStage(null);

	/**
	 * Creates it.
	 * @param processor what schedules the methods, when it hears that its context was
	 * refreshed
	 * @param beanName the name of its bean
	 * @param context the application's context
	 */
	public ScheduledMethods(ScheduledAnnotationBeanPostProcessor processor, String beanName,
			ConfigurableApplicationContext context) {
		this.processor = processor;
		this.beanName = beanName;
		this.context = context;
	}

	// The context calls it by its name too, not only as an object.
	@Override
	public void afterSingletonsInstantiated() {
		this.context.removeApplicationListener(this.processor);
		this.context
			.getBean(AbstractApplicationContext.APPLICATION_EVENT_MULTICASTER_BEAN_NAME,
					ApplicationEventMulticaster.class)
			.removeApplicationListenerBean(this.beanName);
	}

	@Override
	public CompletionStage<Void> open() {
		// The application's triggers, registrars and schedulers are called, and may wait.
		this.opened = CompletableFuture.runAsync(
				() -> this.processor.onApplicationEvent(new ContextRefreshedEvent(this.context)),
				Threads.each("pm-scheduling"));
		return this.opened;
	}

	/**
	 * Lets nothing of it begin any more, and waits for what runs.
	 */
	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		return this.opened.handle((none, ex) -> end()).thenCompose(Function.identity());
	}

	private CompletionStage<Void> end() {
		Set<ScheduledTask> tasks = this.processor.getScheduledTasks();
		tasks.forEach((task) -> task.cancel(false));
		CompletableFuture<Void> ended = new CompletableFuture<>();
		completeWhenNoneRuns(tasks, ended);
		return ended;
	}

	// Spring tells what runs only to who asks.
	private static void completeWhenNoneRuns(Set<ScheduledTask> tasks, CompletableFuture<Void> ended) {
		if (tasks.stream().anyMatch(ScheduledMethods::runs)) {
			LOOK_AGAIN.execute(() -> completeWhenNoneRuns(tasks, ended));
		}
		else {
			ended.complete(null);
		}
	}

	private static boolean runs(ScheduledTask task) {
		return task.getTask().getLastExecutionOutcome().status() == TaskExecutionOutcome.Status.STARTED;
	}

}
