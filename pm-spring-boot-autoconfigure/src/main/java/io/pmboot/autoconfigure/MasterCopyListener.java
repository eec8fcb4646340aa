package io.pmboot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.LogManager;

import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.env.OwnApplication;
import io.pmboot.env.Roles;
import io.pmboot.env.RunDirectory;
import io.pmboot.process.MasterCopy;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Lets a master run from its own copy of its executable jar. As early as role and run
 * directory are known, and before Boot opens a log file: what was started until here is
 * left behind.
 */
class MasterCopyListener implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		ConfigurableEnvironment environment = event.getEnvironment();
		if (!OwnApplication.is(event.getSpringApplication()) || Roles.of(environment) != PmRole.MASTER) {
			return;
		}
		Class<?> mainClass = event.getSpringApplication().getMainApplicationClass();
		Path runDirectory = runDirectory(environment, mainClass);
		if (runDirectory == null) {
			return;
		}
		if (MasterCopy.isRunning()) {
			// After the contexts are closed.
			SpringApplication.getShutdownHandlers().add(() -> MasterCopy.remove(runDirectory));
			return;
		}
		try {
			start(runDirectory, mainClass, List.of(event.getArgs()));
		}
		catch (IOException ex) {
			throw new StartFailedException(
					"Master and workers run from copies of the application in the run directory, so that a deployment does not disturb them, but "
							+ ex.getMessage(),
					"See to the cause: put a whole jar in place, or set pm.master.run-directory to a directory with room for a few copies of it.",
					ex);
		}
	}

	private static void start(Path runDirectory, @Nullable Class<?> mainClass, List<String> arguments)
			throws IOException {
		MasterCopy copy = MasterCopy.make(runDirectory, (mainClass != null) ? mainClass.getName() : null, arguments);
		if (copy != null) {
			// Boot has put a bridge there that belongs to what is left behind.
			LogManager.getLogManager().readConfiguration();
			copy.start();
		}
	}

	// Null where it cannot be used: the context says why.
	private static @Nullable Path runDirectory(ConfigurableEnvironment environment, @Nullable Class<?> mainClass) {
		try {
			File directory = Binder.get(environment).bind("pm.master.run-directory", File.class).orElse(null);
			return RunDirectory
				.prepare((directory != null) ? directory.toPath() : RunDirectory.defaultPath(environment, mainClass));
		}
		catch (StartFailedException | BindException ex) {
			return null;
		}
	}

	@Override
	public int getOrder() {
		return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 2;
	}

}
