package io.pmboot.autoconfigure;

import io.pmboot.control.ControlSocketException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why the master's control socket is not opened, for instance because another
 * master holds the run directory.
 */
class ControlSocketFailureAnalyzer extends AbstractFailureAnalyzer<ControlSocketException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ControlSocketException cause) {
		return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
	}

}
