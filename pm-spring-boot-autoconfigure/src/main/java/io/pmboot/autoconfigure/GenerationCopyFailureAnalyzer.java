package io.pmboot.autoconfigure;

import io.pmboot.process.GenerationCopyException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why the application cannot be copied to the run directory.
 */
class GenerationCopyFailureAnalyzer extends AbstractFailureAnalyzer<GenerationCopyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, GenerationCopyException cause) {
		return new FailureAnalysis(
				"Master and workers run from copies of the application in the run directory, so that a deployment does not disturb them, but %s"
					.formatted(cause.getMessage()),
				"See to the cause: put a whole jar in place, or set pm.master.run-directory to a directory with room for a few copies of it.",
				cause);
	}

}
