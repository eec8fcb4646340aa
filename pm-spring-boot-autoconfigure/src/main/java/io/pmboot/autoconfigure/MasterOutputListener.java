package io.pmboot.autoconfigure;

import io.pmboot.PmRole;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import io.pmboot.process.MasterOutput;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Lets no thread of a master block in what it prints or logs.
 */
class MasterOutputListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		if (OwnApplication.is(event.getSpringApplication()) && Roles.of(event.getEnvironment()) == PmRole.MASTER) {
			MasterOutput.install();
		}
	}

	// Once the master runs from its copy, and before any logging takes the streams.
	@Override
	public int getOrder() {
		return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 3;
	}

}
