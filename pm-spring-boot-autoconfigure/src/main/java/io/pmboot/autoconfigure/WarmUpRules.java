package io.pmboot.autoconfigure;

import java.time.Duration;
import java.util.Map;

/**
 * What must hold for {@link WarmUpProperties}.
 */
final class WarmUpRules {

	private static final int MAX_CONCURRENCY = 100;

	private final ProgramRules.Rejection rejection;

	WarmUpRules(ProgramRules.Rejection rejection) {
		this.rejection = rejection;
	}

	void check(String prefix, GroupProperties group) {
		WarmUpProperties warmUp = group.getWarmUp();
		for (String path : warmUp.getPaths()) {
			if (!path.matches("/[!-~]*")) {
				reject(prefix + "paths", path,
						"must begin with '/' and consist of printable ASCII without blanks; encode anything else");
			}
		}
		if (!warmUp.getPaths().isEmpty() && group.getListen().isEmpty()) {
			reject(prefix + "paths", warmUp.getPaths(), "a group without 'listen' serves no requests to be warm for");
		}
		if (warmUp.getRequests() < 1) {
			reject(prefix + "requests", warmUp.getRequests(), "must be at least 1");
		}
		Duration duration = warmUp.getDuration();
		if (duration != null && (duration.isNegative() || duration.isZero())) {
			reject(prefix + "duration", duration, "must be longer than 0");
		}
		if (duration != null && duration.compareTo(group.getStartTimeout()) >= 0) {
			reject(prefix + "duration", duration, "must be shorter than the group's start-timeout");
		}
		if (warmUp.getConcurrency() < 1 || warmUp.getConcurrency() > MAX_CONCURRENCY) {
			reject(prefix + "concurrency", warmUp.getConcurrency(), "must be from 1 to " + MAX_CONCURRENCY);
		}
		for (Map.Entry<String, String> header : warmUp.getHeaders().entrySet()) {
			if (!header.getKey().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !header.getValue().matches("[\\t -~]*")) {
				reject(prefix + "headers", header.getKey(), "is no header that HTTP allows");
			}
		}
	}

	private void reject(String field, Object value, String reason) {
		this.rejection.reject(field, value, reason);
	}

}
