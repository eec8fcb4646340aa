package io.pmboot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.control.WorkerVariables;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import io.pmboot.env.RunDirectory;
import io.pmboot.process.EarlySignals;
import io.pmboot.process.MasterCopy;
import io.pmboot.process.MasterOutput;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * What comes first in a master. It remembers the signals that come before it can act on
 * them: from the first moment where a profile from outside the application makes it one,
 * otherwise from when its profiles are known. Then it starts again from its own copy of
 * its executable jar, and lets no thread block in what it prints or logs.
 */
class MasterStartListener implements ApplicationListener<SpringApplicationEvent>, Ordered {

	@Override
	public void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent && System.getProperty(WorkerVariables.CONTROL_SOCKET) == null
				&& EarlySignals.areExpected(List.of(event.getArgs()))) {
			EarlySignals.current().remember();
		}
		else if (event instanceof ApplicationEnvironmentPreparedEvent prepared
				&& OwnApplication.is(event.getSpringApplication())) {
			if (Roles.of(prepared.getEnvironment()) == PmRole.MASTER) {
				EarlySignals.current().remember();
				runFromCopy(prepared);
				MasterOutput.install();
			}
			else {
				EarlySignals.current().forget();
			}
		}
	}

	// What was started until here is left behind.
	private static void runFromCopy(ApplicationEnvironmentPreparedEvent event) {
		Class<?> mainClass = event.getSpringApplication().getMainApplicationClass();
		Path runDirectory = runDirectory(event.getEnvironment(), mainClass);
		if (runDirectory == null) {
			return;
		}
		if (MasterCopy.isRunning()) {
			// After the contexts are closed.
			SpringApplication.getShutdownHandlers().add(() -> MasterCopy.remove(runDirectory));
			return;
		}
		try {
			MasterCopy.run(runDirectory, mainClass, List.of(event.getArgs()));
		}
		catch (IOException ex) {
			throw new StartFailedException(
					"Master and workers run from copies of the application in the run directory, so that a deployment does not disturb them, but "
							+ ex.getMessage(),
					"See to the cause: put a whole jar in place, or set pm.master.run-directory to a directory with room for a few copies of it.",
					ex);
		}
	}

	// Null where it cannot be used: the context says why.
	private static @Nullable Path runDirectory(Environment environment, @Nullable Class<?> mainClass) {
		try {
			File directory = Binder.get(environment).bind("pm.master.run-directory", File.class).orElse(null);
			return RunDirectory
				.prepare((directory != null) ? directory.toPath() : RunDirectory.defaultPath(environment, mainClass));
		}
		catch (StartFailedException | BindException ex) {
			return null;
		}
	}

	// As soon as role and run directory are known, and before Boot opens a log file and
	// takes the streams.
	@Override
	public int getOrder() {
		return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 1;
	}

}
