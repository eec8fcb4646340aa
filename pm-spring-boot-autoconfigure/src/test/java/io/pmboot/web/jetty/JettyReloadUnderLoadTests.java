package io.pmboot.web.jetty;

import io.pmboot.web.ReloadUnderLoadContract;

/**
 * Tests that a worker with Jetty is replaced by another under load without a failed
 * request.
 */
class JettyReloadUnderLoadTests extends ReloadUnderLoadContract {

	JettyReloadUnderLoadTests() {
		super(JettyWorker::new);
	}

}
