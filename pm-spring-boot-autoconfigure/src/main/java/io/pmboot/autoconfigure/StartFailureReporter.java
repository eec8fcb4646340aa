package io.pmboot.autoconfigure;

import io.pmboot.env.OwnApplication;
import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/**
 * Tells the master what Boot says of the failure of a worker's start, in place of the
 * exceptions.
 */
class StartFailureReporter implements FailureAnalysisReporter {

	@Override
	public void report(FailureAnalysis analysis) {
		WorkerConnection connection = WorkerConnection.current();
		if (connection != null && !OwnApplication.isFailureOfAnother()) {
			connection.startFailed(text(analysis));
		}
	}

	static String text(FailureAnalysis analysis) {
		String action = analysis.getAction();
		return (action != null && !action.isBlank()) ? analysis.getDescription() + "\n" + action
				: analysis.getDescription();
	}

}
