package io.pmboot.env;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.ApplicationListener;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Keeps the restart of devtools from a master and its workers. Devtools decides before
 * there is an environment, in a listener of the highest precedence, and asks a system
 * property only; so this listener precedes it, and looks for the profiles where they can
 * be found that early. Where a file of the application activates them, devtools has taken
 * its class loader into use already, but restarts nothing: it finds the same property in
 * the environment.
 */
class DevToolsRestartListener implements ApplicationListener<ApplicationStartingEvent>, PriorityOrdered {

	private static final String RESTARTER = "org.springframework.boot.devtools.restart.Restarter";

	private static final String RESTART_ENABLED = "spring.devtools.restart.enabled";

	@Override
	public void onApplicationEvent(ApplicationStartingEvent event) {
		if (ClassUtils.isPresent(RESTARTER, event.getSpringApplication().getClassLoader())
				&& isMasterOrWorker(event.getArgs())) {
			System.setProperty(RESTART_ENABLED, "false");
		}
	}

	static boolean isMasterOrWorker(String... arguments) {
		StandardEnvironment early = new StandardEnvironment();
		early.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
		ConfigurationPropertySources.attach(early);
		return Stream.of("spring.profiles.active", "spring.profiles.include")
			.map((name) -> early.getProperty(name, ""))
			.flatMap((profiles) -> Arrays.stream(StringUtils.tokenizeToStringArray(profiles, ",")))
			.anyMatch(Set.of("master", "worker")::contains);
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
