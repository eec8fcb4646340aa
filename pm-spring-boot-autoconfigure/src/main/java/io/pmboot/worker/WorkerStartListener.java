package io.pmboot.worker;

import java.nio.file.Path;

import io.pmboot.StartFailedException;
import io.pmboot.control.WorkerVariables;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartingEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Connects a worker to its master before anything else happens, so that the master can
 * tell a slow start from a failed one. Does nothing in a JVM that no master forked.
 */
public class WorkerStartListener implements SmartApplicationListener {

	private final WorkerConnection.Exit exit;

	private @Nullable RuntimeException failure;

	/**
	 * Creates a listener.
	 * @param exit how this JVM ends
	 */
	public WorkerStartListener(WorkerConnection.Exit exit) {
		this.exit = exit;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return ApplicationStartingEvent.class.isAssignableFrom(eventType)
				|| ApplicationEnvironmentPreparedEvent.class.isAssignableFrom(eventType);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartingEvent) {
			connect();
		}
		else if (this.failure != null) {
			// Boot analyses and logs failures from here on, not those while it starts.
			throw this.failure;
		}
	}

	private void connect() {
		String socket = System.getProperty(WorkerVariables.CONTROL_SOCKET);
		if (socket == null || WorkerConnection.current() != null) {
			return;
		}
		try {
			WorkerConnection.open(Path.of(socket), this.exit);
		}
		catch (StartFailedException ex) {
			this.failure = ex;
		}
	}

}
