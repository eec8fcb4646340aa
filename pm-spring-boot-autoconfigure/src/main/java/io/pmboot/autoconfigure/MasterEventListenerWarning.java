package io.pmboot.autoconfigure;

import java.util.Arrays;
import java.util.List;

import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadProgressEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.SignalEvent;
import io.pmboot.event.WorkerDisconnectedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerForkedEvent;
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.event.WorkerReadyEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.event.WorkerUnfitEvent;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ApplicationListenerMethodAdapter;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Warns, at the start of a worker, of listeners for events that only the master
 * publishes: they would wait for ever.
 *
 * @param context the worker's context
 * @param findings where it is told
 */
record MasterEventListenerWarning(ConfigurableApplicationContext context,
		Findings findings) implements SmartInitializingSingleton {

	static final List<Class<?>> MASTER_EVENTS = List.of(GiveupEvent.class, ReloadFinishedEvent.class,
			ReloadProgressEvent.class, ReloadStartedEvent.class, SignalEvent.class, WorkerDisconnectedEvent.class,
			WorkerExitedEvent.class, WorkerForkedEvent.class, WorkerHungEvent.class, WorkerReadyEvent.class,
			WorkerRestartEvent.class, WorkerUnfitEvent.class);

	@Override
	public void afterSingletonsInstantiated() {
		if (this.context instanceof AbstractApplicationContext listening) {
			listening.getApplicationListeners().forEach(this::check);
		}
	}

	private void check(ApplicationListener<?> listener) {
		GenericApplicationListener generic = (listener instanceof GenericApplicationListener itself) ? itself
				: new GenericApplicationListenerAdapter(listener);
		// One for every event there is does not wait for the master's.
		if (!generic.supportsEventType(payload(Object.class))) {
			MASTER_EVENTS.stream()
				.filter((event) -> generic.supportsEventType(payload(event)))
				.forEach((event) -> warn(listener, event));
		}
	}

	private static ResolvableType payload(Class<?> type) {
		return ResolvableType.forClassWithGenerics(PayloadApplicationEvent.class, type);
	}

	private void warn(ApplicationListener<?> listener, Class<?> event) {
		String bean = (listener instanceof ApplicationListenerMethodAdapter method)
				? describeMethod(method.getListenerId(), this.context)
				: describe(listener.getClass().getName(), listener.getClass().getName(), this.context);
		this.findings.found("master-event-listener",
				("The %s listens for %s, which only the master publishes: this worker will never receive it. "
						+ "Move the listener to a bean of its own that names @Profile(\"master\").")
					.formatted(bean, event.getSimpleName()));
	}

	/** By the names of its bean and its own qualified name, with or without types. */
	static String describeMethod(String method, ApplicationContext context) {
		return describe(method.replaceFirst("\\.[^.(]+(\\(.*)?$", ""), method, context);
	}

	private static String describe(String className, String text, ApplicationContext context) {
		if (!ClassUtils.isPresent(className, context.getClassLoader())) {
			return text;
		}
		Class<?> type = ClassUtils.resolveClassName(className, context.getClassLoader());
		return "bean %s (%s)".formatted(Arrays.toString(context.getBeanNamesForType(type, true, false)), text);
	}

}
