package io.pmboot.autoconfigure;

import io.pmboot.env.UnusableRoleException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a JVM cannot have the role that it was started in.
 */
class UnusableRoleFailureAnalyzer extends AbstractFailureAnalyzer<UnusableRoleException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableRoleException cause) {
		return new FailureAnalysis(cause.description(), cause.action(), cause);
	}

}
