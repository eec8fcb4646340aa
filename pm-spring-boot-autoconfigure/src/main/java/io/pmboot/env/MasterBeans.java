package io.pmboot.env;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Tells the beans of a master's context that are the application's.
 */
public final class MasterBeans {

	private MasterBeans() {
	}

	/**
	 * Whether a bean is a component that names {@code @Profile("master")}, or is declared
	 * by one.
	 * @param beanName the bean's name
	 * @param beanFactory the bean factory of the context
	 * @return whether it is; never in another role
	 */
	public static boolean isOfApplication(String beanName, BeanFactory beanFactory) {
		if (!(beanFactory instanceof ConfigurableListableBeanFactory definitions)
				|| !definitions.containsBeanDefinition(beanName)) {
			return false;
		}
		BeanDefinition definition = definitions.getBeanDefinition(beanName);
		String declaredBy = definition.getFactoryBeanName();
		return MasterSlice.isFound(definition) || (declaredBy != null && isOfApplication(declaredBy, beanFactory));
	}

}
