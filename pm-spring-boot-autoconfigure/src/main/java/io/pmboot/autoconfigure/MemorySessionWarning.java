package io.pmboot.autoconfigure;

import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Warns, once, of a session that only one worker knows.
 */
class MemorySessionWarning implements HttpSessionListener {

	private static final Log logger = LogFactory.getLog(MemorySessionWarning.class);

	private final AtomicBoolean warned = new AtomicBoolean();

	@Override
	public void sessionCreated(HttpSessionEvent event) {
		if (this.warned.compareAndSet(false, true)) {
			logger.warn("The application uses an HttpSession in the memory of this worker: the next request may reach "
					+ "another worker, which does not know it, and a reload loses it. Use Spring Session, or no session.");
		}
	}

}
