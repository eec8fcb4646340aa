package io.pmboot.autoconfigure;

import io.pmboot.worker.WorkerConnectException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a worker does not reach its master.
 */
class WorkerConnectFailureAnalyzer extends AbstractFailureAnalyzer<WorkerConnectException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WorkerConnectException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"See in the master's log whether it has ended or refused the connection to %s. A worker is started by its master only."
					.formatted(cause.controlSocket()),
				cause);
	}

}
