package io.pmboot.env;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SingletonBeanRegistry;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
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

	static void starting(SpringApplication application) {
		if (isRunForChild()) {
			above = application;
		}
		else if (isCandidate(application) && own.compareAndSet(null, application)) {
			above = null;
		}
	}

	static void mark(SingletonBeanRegistry beans, SpringApplication application) {
		beans.registerSingleton(MARK, new MainApplication(application.getMainApplicationClass()));
	}

	static void failed(SpringApplication application) {
		failureOfAnother = !own.compareAndSet(application, null) && own.get() != null;
	}

	// From here on Boot publishes no event of a failure.
	static void ready() {
		failureOfAnother = false;
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
		return StackWalker.getInstance().walk((frames) -> {
			Iterator<StackWalker.StackFrame> below = belowRun(frames);
			int runs = 0;
			while (below.hasNext()) {
				StackWalker.StackFrame frame = below.next();
				if (!frame.getClassName().equals(SpringApplicationBuilder.class.getName())) {
					break;
				}
				runs += frame.getMethodName().equals("run") ? 1 : 0;
			}
			return runs > 1;
		});
	}

	private static Iterator<StackWalker.StackFrame> belowRun(Stream<StackWalker.StackFrame> frames) {
		return frames.dropWhile((frame) -> !isOfSpringApplication(frame) || !frame.getMethodName().equals("run"))
			.dropWhile(OwnApplication::isOfSpringApplication)
			.iterator();
	}

	private static boolean isOfSpringApplication(StackWalker.StackFrame frame) {
		return frame.getClassName().equals(SpringApplication.class.getName());
	}

}
