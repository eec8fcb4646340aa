package io.pmboot.autoconfigure;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

import io.pmboot.env.OwnApplication;
import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;
import org.springframework.context.ApplicationListener;
import org.springframework.util.StringUtils;

/**
 * Tells the master why a worker's start failed: first with which exceptions, then what
 * Boot says of them, where it does. Not of another application's start, which this one
 * may get over.
 */
class StartFailureReporter implements ApplicationListener<ApplicationFailedEvent>, FailureAnalysisReporter {

	@Override
	public void onApplicationEvent(ApplicationFailedEvent event) {
		report(summary(event.getException()));
	}

	@Override
	public void report(FailureAnalysis analysis) {
		report(text(analysis));
	}

	private static void report(String failure) {
		WorkerConnection connection = WorkerConnection.current();
		if (connection != null && !OwnApplication.isFailureOfAnother()) {
			connection.startFailed(failure);
		}
	}

	static String summary(Throwable exception) {
		Set<Throwable> chain = new LinkedHashSet<>();
		for (Throwable cause = exception; cause != null && chain.add(cause);) {
			cause = cause.getCause();
		}
		return chain.stream().map(Throwable::toString).collect(Collectors.joining("\ncaused by: "));
	}

	static String text(FailureAnalysis analysis) {
		return StringUtils.hasText(analysis.getAction()) ? analysis.getDescription() + "\n" + analysis.getAction()
				: analysis.getDescription();
	}

}
