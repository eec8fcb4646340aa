package io.pmboot.autoconfigure;

import io.pmboot.env.RunDirectoryException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a run directory is refused.
 */
class RunDirectoryFailureAnalyzer extends AbstractFailureAnalyzer<RunDirectoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, RunDirectoryException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.reason().action(), cause);
	}

}
