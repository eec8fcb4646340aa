package io.pmboot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains what has to be there for what a group waits for.
 */
class GateUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<GateUnavailableException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, GateUnavailableException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
	}

}
