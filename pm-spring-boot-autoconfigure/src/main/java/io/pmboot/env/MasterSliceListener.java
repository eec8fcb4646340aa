package io.pmboot.env;

import io.pmboot.PmRole;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;

/**
 * Cuts the master's slice out of the application at the one moment when its sources have
 * become bean definitions and none of them has been processed yet.
 */
class MasterSliceListener implements ApplicationListener<ApplicationPreparedEvent>, Ordered {

	@Override
	public void onApplicationEvent(ApplicationPreparedEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (Roles.of(context.getEnvironment()) != PmRole.MASTER) {
			return;
		}
		ConfigurableListableBeanFactory beanFactory = context.getBeanFactory();
		beanFactory.registerSingleton("pmMainApplication",
				new MainApplication(event.getSpringApplication().getMainApplicationClass()));
		if (beanFactory instanceof BeanDefinitionRegistry registry) {
			new MasterSlice(registry, context).cut();
		}
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
