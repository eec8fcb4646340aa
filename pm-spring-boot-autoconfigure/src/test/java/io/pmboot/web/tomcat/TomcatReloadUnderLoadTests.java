package io.pmboot.web.tomcat;

import io.pmboot.web.ReloadUnderLoadContract;
import org.junit.jupiter.api.Test;

/**
 * Tests that a worker with Tomcat is replaced by another under load without a failed
 * request.
 */
class TomcatReloadUnderLoadTests extends ReloadUnderLoadContract {

	TomcatReloadUnderLoadTests() {
		super(TomcatWorker::new);
	}

	@Test
	void aPlainStopLosesRequestsWhichTheseClientsSee() throws Exception {
		assertAPlainStopLosesRequests();
	}

}
