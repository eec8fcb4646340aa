package io.pmboot.autoconfigure;

import io.pmboot.env.MasterBeans;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;
import org.springframework.core.annotation.Order;

/**
 * Explains, before Boot's own analyzer does, what a bean of the application misses in the
 * small context of a master.
 */
@Order(0)
class MissingMasterBeanFailureAnalyzer extends AbstractInjectionFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final BeanFactory beanFactory;

	MissingMasterBeanFailureAnalyzer(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause,
			@Nullable String description) {
		String bean = innermostBean(rootFailure);
		if (cause instanceof NoUniqueBeanDefinitionException || bean == null
				|| !MasterBeans.isOfApplication(bean, this.beanFactory)) {
			return null;
		}
		String missing = (cause.getResolvableType() != null) ? "of type '" + cause.getResolvableType() + "'"
				: "named '" + cause.getBeanName() + "'";
		return new FailureAnalysis(
				"%s required a bean %s that the master does not have. The master has no bean of the application but those that "
					.formatted((description != null) ? description : "The bean '" + bean + "'", missing)
						+ "name @Profile(\"master\"), and only the auto-configurations that a master needs.",
				"If an auto-configuration provides the bean, add its package or class to "
						+ "pm.master.auto-configuration.include. If it is a component of the application, let it name "
						+ "@Profile(\"master\") as well. Otherwise do in a worker what needs it.",
				cause);
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
