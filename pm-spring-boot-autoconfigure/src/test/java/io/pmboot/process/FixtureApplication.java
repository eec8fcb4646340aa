package io.pmboot.process;

import io.pmboot.control.WorkerVariables;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application that tells which profiles are active.
 */
public class FixtureApplication {

	public static void main(String[] args) {
		// There is no master behind it to connect to.
		System.clearProperty(WorkerVariables.CONTROL_SOCKET);
		SpringApplication application = new SpringApplication(FixtureApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(args)) {
			System.out.println("profiles " + String.join(",", context.getEnvironment().getActiveProfiles()));
		}
	}

}
