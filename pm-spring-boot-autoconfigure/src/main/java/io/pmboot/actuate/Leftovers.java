package io.pmboot.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.web.PrivateConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.event.EventListener;

/**
 * Removes what a worker has left in the run directory: the socket of one that was killed,
 * and the last counts that nobody asks for.
 */
final class Leftovers {

	private static final Log logger = LogFactory.getLog(Leftovers.class);

	private final Path runDirectory;

	private final BooleanSupplier countsAreRead;

	Leftovers(Path runDirectory, BooleanSupplier countsAreRead) {
		this.runDirectory = runDirectory;
		this.countsAreRead = countsAreRead;
	}

	@EventListener
	void onExited(WorkerExitedEvent event) {
		long pid = event.worker().pid();
		remove(PrivateConnector.actuatorOf(this.runDirectory, pid));
		if (!this.countsAreRead.getAsBoolean()) {
			remove(PrivateConnector.countsOf(this.runDirectory, pid));
		}
	}

	private static void remove(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			logger.debug("What a worker has left could not be removed", ex);
		}
	}

}
