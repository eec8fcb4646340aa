package io.pmboot.env;

import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

import io.pmboot.PmRole;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationContextInitializedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * The application of this JVM, among all that it runs by {@link SpringApplication}: a
 * bootstrap context before it, and what it starts itself, are others. It is the one whose
 * source is the main class; where the main class only starts it, the first whose sources
 * enable auto-configuration. Never one that is run while the application runs, and never
 * a parent of it.
 */
public final class OwnApplication {

	private static final String MARK = "pmMainApplication";

	private static final AtomicReference<@Nullable SpringApplication> own = new AtomicReference<>();

	private static volatile @Nullable SpringApplication above;

	private static volatile boolean failureOfAnother;

	private OwnApplication() {
	}

	/**
	 * Whether this is it.
	 * @param application one that is run
	 * @return whether master or worker attach to it
	 */
	public static boolean is(SpringApplication application) {
		return own.get() == application;
	}

	/**
	 * Whether this is a parent of it: of what an application declares for all its
	 * contexts.
	 * @param application one that is run
	 * @return whether a builder runs it for a child, the last one that was
	 */
	static boolean isAbove(SpringApplication application) {
		return above == application;
	}

	/**
	 * Whether this belongs to its context, and to no child or parent of that.
	 * @param beans the bean factory of a context
	 * @return whether it does
	 */
	public static boolean isContext(@Nullable SingletonBeanRegistry beans) {
		return beans != null && beans.containsSingleton(MARK);
	}

	/**
	 * The application's main class, as Boot has deduced it.
	 * @param beans the bean factory of its context
	 * @return the class, or {@code null} where Boot could not, or this is not its context
	 */
	public static @Nullable Class<?> mainClass(BeanFactory beans) {
		return beans.containsBean(MARK) ? beans.getBean(MARK, Mark.class).mainClass() : null;
	}

	/**
	 * Marks its context.
	 * @param beans the bean factory of the context
	 * @param mainClass the application's main class, or {@code null} where none is known
	 */
	public static void mark(SingletonBeanRegistry beans, @Nullable Class<?> mainClass) {
		beans.registerSingleton(MARK, new Mark(mainClass));
	}

	/**
	 * Whether a bean of a master's context is the application's: a component that names
	 * {@code @Profile("master")}, or is declared by one.
	 * @param beanName the bean's name
	 * @param beanFactory the bean factory of the context
	 * @return whether it is; never in another role
	 */
	public static boolean hasBean(String beanName, BeanFactory beanFactory) {
		if (!(beanFactory instanceof ConfigurableListableBeanFactory definitions)
				|| !definitions.containsBeanDefinition(beanName)) {
			return false;
		}
		BeanDefinition definition = definitions.getBeanDefinition(beanName);
		String declaredBy = definition.getFactoryBeanName();
		return MasterSlice.isFound(definition) || (declaredBy != null && hasBean(declaredBy, beanFactory));
	}

	/**
	 * Whether what has failed just now is another one that it runs, which it may get
	 * over.
	 * @return whether it is; not once it is ready
	 */
	public static boolean isFailureOfAnother() {
		return failureOfAnother;
	}

	private static void starting(SpringApplication application) {
		if (isRunForChild()) {
			above = application;
		}
		else if (isCandidate(application) && own.compareAndSet(null, application)) {
			above = null;
		}
	}

	/**
	 * Lets another one be it: this one is closed, or neither master nor worker. In a JVM
	 * of tests there are many.
	 */
	static void leave() {
		own.set(null);
	}

	private static boolean isCandidate(SpringApplication application) {
		Class<?> main = application.getMainApplicationClass();
		Set<Object> sources = application.getAllSources();
		SpringApplication parent = above;
		if (main != null && enablesAutoConfiguration(main) && (parent == null || !has(parent.getAllSources(), main))) {
			return has(sources, main);
		}
		return sources.isEmpty() || sources.stream().anyMatch(OwnApplication::mayEnableAutoConfiguration);
	}

	private static boolean has(Set<Object> sources, Class<?> main) {
		return sources.stream()
			.anyMatch((source) -> source.equals(main.getName())
					|| (source instanceof Class<?> type && main.isAssignableFrom(type)));
	}

	private static boolean mayEnableAutoConfiguration(Object source) {
		if (source instanceof String name && ClassUtils.isPresent(name, null)) {
			return enablesAutoConfiguration(ClassUtils.resolveClassName(name, null));
		}
		// What a package or a file declares is seen too late.
		return !(source instanceof Class<?> type) || enablesAutoConfiguration(type);
	}

	private static boolean enablesAutoConfiguration(Class<?> type) {
		return AnnotatedElementUtils.isAnnotated(type, EnableAutoConfiguration.class);
	}

	// A builder runs its parent while it is run itself.
	private static boolean isRunForChild() {
		return StackWalker.getInstance()
			.walk((frames) -> frames
				.dropWhile((frame) -> !isOf(SpringApplication.class, frame) || !frame.getMethodName().equals("run"))
				.dropWhile((frame) -> isOf(SpringApplication.class, frame))
				.takeWhile((frame) -> isOf(SpringApplicationBuilder.class, frame))
				.filter((frame) -> frame.getMethodName().equals("run"))
				.count()) > 1;
	}

	private static boolean isOf(Class<?> type, StackWalker.StackFrame frame) {
		return frame.getClassName().equals(type.getName());
	}

	/**
	 * A bean that only its context has.
	 *
	 * @param mainClass the application's main class
	 */
	private record Mark(@Nullable Class<?> mainClass) {
	}

	/**
	 * Follows what this JVM runs.
	 */
	static class Listener implements ApplicationListener<ApplicationEvent>, PriorityOrdered {

		@Override
		public void onApplicationEvent(ApplicationEvent event) {
			if (event instanceof ApplicationStartingEvent starting) {
				starting(starting.getSpringApplication());
			}
			else if (event instanceof ApplicationContextInitializedEvent initialized
					&& is(initialized.getSpringApplication())) {
				ConfigurableApplicationContext context = initialized.getApplicationContext();
				if (Roles.of(context.getEnvironment()) != PmRole.NONE) {
					mark(context.getBeanFactory(), initialized.getSpringApplication().getMainApplicationClass());
				}
				else {
					leave();
				}
			}
			else if (event instanceof ApplicationFailedEvent failure) {
				failureOfAnother = !own.compareAndSet(failure.getSpringApplication(), null) && own.get() != null;
			}
			else if (event instanceof ApplicationReadyEvent ready && is(ready.getSpringApplication())) {
				// From here on Boot publishes no event of a failure.
				failureOfAnother = false;
			}
			else if (event instanceof ContextClosedEvent closed
					&& closed.getApplicationContext() instanceof ConfigurableApplicationContext context
					&& isContext(context.getBeanFactory())) {
				leave();
			}
		}

		// After the restart of devtools, which leaves a start that goes no further.
		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE + 1;
		}

	}

}
