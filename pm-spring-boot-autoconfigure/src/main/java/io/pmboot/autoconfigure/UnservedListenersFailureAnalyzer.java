package io.pmboot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains what a group needs to listen.
 */
class UnservedListenersFailureAnalyzer extends AbstractFailureAnalyzer<UnservedListenersException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnservedListenersException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				"Use Tomcat (spring-boot-starter-webmvc or spring-boot-starter-tomcat) as the web server, or remove pm.groups.%s.listen."
					.formatted(cause.group()),
				cause);
	}

}
