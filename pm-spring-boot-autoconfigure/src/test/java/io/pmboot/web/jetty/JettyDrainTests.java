package io.pmboot.web.jetty;

import io.pmboot.DrainReason;
import io.pmboot.web.DrainContract;
import org.junit.jupiter.api.Test;

/**
 * Tests for {@link SharedServerConnector} on single connections.
 */
class JettyDrainTests extends DrainContract {

	JettyDrainTests() {
		super(JettyWorker::new);
	}

	@Test
	void aRequestLineThatAStopMeetsHalfReceivedIsAnswered() throws Exception {
		assertHalfALineIsAnswered(DrainReason.STOP);
	}

}
