package io.pmboot.autoconfigure;

import io.pmboot.master.NotCopiedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a group has no copy of the application to run from.
 */
class NotCopiedFailureAnalyzer extends AbstractFailureAnalyzer<NotCopiedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, NotCopiedException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Put a complete archive in place, and see that the run directory has room for it.", cause);
	}

}
