package io.pmboot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains how to choose who serves a group's listeners.
 */
class ListenersServedTwiceFailureAnalyzer extends AbstractFailureAnalyzer<ListenersServedTwiceException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ListenersServedTwiceException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				("If the connections are the handler's, set spring.main.web-application-type to none in "
						+ "application-%1$s.yml. If they are the web server's, keep the handler's bean out of this group by "
						+ "a @Profile, such as the name of its own group.")
					.formatted(cause.group()),
				cause);
	}

}
