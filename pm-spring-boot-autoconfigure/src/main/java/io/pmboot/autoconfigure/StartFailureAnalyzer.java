package io.pmboot.autoconfigure;

import io.pmboot.StartFailedException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says what is wrong and what to do of every start that failed for a reason of ours.
 */
class StartFailureAnalyzer extends AbstractFailureAnalyzer<StartFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StartFailedException cause) {
		String description = String.valueOf(cause.getMessage());
		return new FailureAnalysis(description.endsWith(".") ? description : description + ".", cause.action(), cause);
	}

}
