package io.pmboot.autoconfigure;

import io.pmboot.master.ListenFailedException;
import io.pmboot.socket.AddressInUseException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains why a group cannot listen.
 */
class ListenFailedFailureAnalyzer extends AbstractFailureAnalyzer<ListenFailedException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ListenFailedException cause) {
		String property = "pm.groups.%s.listen".formatted(cause.group());
		String action = (cause.getCause() instanceof AddressInUseException)
				? "Stop the process that listens on %s (%s names it), or change %s.".formatted(cause.address(),
						(cause.address().path() != null) ? "ss -lxp" : "ss -ltnp", property)
				: "Correct %s, or what keeps this machine from listening there.".formatted(property);
		return new FailureAnalysis(cause.getMessage() + ".", action, cause);
	}

}
