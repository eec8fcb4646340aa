package io.pmboot.web.tomcat;

import io.pmboot.web.LongConnectionContract;

/**
 * Tests for how a Tomcat on shared listeners ends event streams and WebSockets.
 */
class TomcatLongConnectionTests extends LongConnectionContract {

	TomcatLongConnectionTests() {
		super(TomcatWorker::new);
	}

}
