package io.pmboot.env;

import io.pmboot.PmRole;

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
		boolean own = OwnApplication.is(event.getSpringApplication());
		if ((own || OwnApplication.isAbove(event.getSpringApplication()))
				&& context.getBeanFactory() instanceof BeanDefinitionRegistry registry
				&& Roles.of(context.getEnvironment()) == PmRole.MASTER) {
			MasterSlice slice = new MasterSlice(registry, context);
			if (own) {
				slice.cut();
			}
			else {
				slice.cutParent();
			}
		}
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
