package io.pmboot.autoconfigure;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

import io.pmboot.env.OwnApplication;
import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Tells the master with which exceptions a worker's start failed; not of another
 * application's, which this one may get over.
 */
class StartFailureListener implements ApplicationListener<ApplicationFailedEvent> {

	@Override
	public void onApplicationEvent(ApplicationFailedEvent event) {
		WorkerConnection connection = WorkerConnection.current();
		if (connection != null && !OwnApplication.isFailureOfAnother()) {
			connection.startFailed(summary(event.getException()));
		}
	}

	static String summary(Throwable exception) {
		Set<Throwable> chain = new LinkedHashSet<>();
		for (Throwable cause = exception; cause != null && chain.add(cause);) {
			cause = cause.getCause();
		}
		return chain.stream().map(Throwable::toString).collect(Collectors.joining("\ncaused by: "));
	}

}
