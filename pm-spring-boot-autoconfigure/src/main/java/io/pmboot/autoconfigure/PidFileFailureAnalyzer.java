package io.pmboot.autoconfigure;

import io.pmboot.env.PidFileException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a pid file is refused.
 */
class PidFileFailureAnalyzer extends AbstractFailureAnalyzer<PidFileException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PidFileException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
