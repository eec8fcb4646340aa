package io.pmboot.web.tomcat;

import io.pmboot.web.SaturationContract;

/**
 * Tests that a worker whose Tomcat has no free thread leaves new connections to the
 * others.
 */
class TomcatSaturationTests extends SaturationContract {

	TomcatSaturationTests() {
		super(TomcatWorker::new);
	}

}
