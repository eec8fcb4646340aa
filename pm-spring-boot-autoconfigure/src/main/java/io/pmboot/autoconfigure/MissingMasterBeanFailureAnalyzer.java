package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Explains, before Boot's own analyzer does, what code of the application misses in the
 * small context of a master: a bean of it, or what asks the context itself.
 */
@Order(0)
class MissingMasterBeanFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final BeanFactory beanFactory;

	private final Environment environment;

	MissingMasterBeanFailureAnalyzer(BeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		if (cause instanceof NoUniqueBeanDefinitionException) {
			return null;
		}
		String bean = innermostBean(rootFailure);
		String missing = (cause.getResolvableType() != null) ? "of type '" + cause.getResolvableType() + "'"
				: "named '" + cause.getBeanName() + "'";
		if (bean == null) {
			return (Roles.of(this.environment) == PmRole.MASTER) ? outsideOfBeans(missing, cause) : null;
		}
		return OwnApplication.hasBean(bean, this.beanFactory) ? inBean(bean, missing, description, cause) : null;
	}

	private FailureAnalysis inBean(String bean, String missing, @Nullable String description,
			NoSuchBeanDefinitionException cause) {
		return new FailureAnalysis(
				"%s required a bean %s that the master does not have. The master has no bean of the application but those that "
					.formatted((description != null) ? description : "The bean '" + bean + "'", missing)
						+ "name @Profile(\"master\"), and only the auto-configurations that a master needs.",
				"If an auto-configuration provides the bean, add its package or class to "
						+ "pm.master.auto-configuration.include. If it is a component of the application, let it name "
						+ "@Profile(\"master\") as well. Otherwise do in a worker what needs it.",
				cause);
	}

	private static FailureAnalysis outsideOfBeans(String missing, NoSuchBeanDefinitionException cause) {
		return new FailureAnalysis(
				"%s asked the master's context for a bean %s, which the master does not have. Code in main, initializers and listeners runs in master and workers alike, "
					.formatted(caller(cause), missing)
						+ "but the master has no bean of the application except those that name @Profile(\"master\").",
				"Do it in workers alone: where context.getEnvironment().matchesProfiles(\"!master\"), or by "
						+ "context.getBeanProvider(…).ifAvailable(…), or in an ApplicationRunner, which is a bean and so no part of the master.",
				cause);
	}

	// The first that is neither the JDK's nor Spring's.
	private static String caller(Throwable failure) {
		for (StackTraceElement element : failure.getStackTrace()) {
			String name = element.getClassName();
			if (!name.startsWith("org.springframework.") && !name.startsWith("java.") && !name.startsWith("jdk.")) {
				return element.toString();
			}
		}
		return "Something";
	}

	private @Nullable String innermostBean(Throwable failure) {
		String bean = null;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof BeanCreationException creation && creation.getBeanName() != null) {
				bean = creation.getBeanName();
			}
		}
		return bean;
	}

}
