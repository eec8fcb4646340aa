package io.pmboot.autoconfigure;

import java.util.Set;

import io.pmboot.worker.WorkerConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Tells of what a worker has found that does not suit several processes: in its log, and
 * to its master. Nothing that is to be ignored.
 *
 * @param environment says what is to be ignored
 * @param connection the way to the master, or {@code null}
 */
record Findings(Environment environment, @Nullable WorkerConnection connection) {

	private static final Log logger = LogFactory.getLog(Findings.class);

	void found(String id, String text) {
		Set<String> ignored = Binder.get(this.environment)
			.bind("pm.doctor.ignore", Bindable.setOf(String.class))
			.orElse(Set.of());
		if (ignored.contains(id)) {
			return;
		}
		logger.warn("%s (pm.doctor.ignore=%s silences this)".formatted(text, id));
		if (this.connection != null) {
			this.connection.found(id, text);
		}
	}

}
