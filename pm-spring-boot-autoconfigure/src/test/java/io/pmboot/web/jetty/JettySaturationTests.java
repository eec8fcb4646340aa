package io.pmboot.web.jetty;

import io.pmboot.web.SaturationContract;

/**
 * Tests that a worker whose Jetty has no free thread leaves new connections to the
 * others.
 */
class JettySaturationTests extends SaturationContract {

	JettySaturationTests() {
		super(JettyWorker::new);
	}

}
