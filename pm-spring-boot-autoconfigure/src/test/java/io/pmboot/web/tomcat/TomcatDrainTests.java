package io.pmboot.web.tomcat;

import io.pmboot.DrainReason;
import io.pmboot.web.DrainContract;
import org.junit.jupiter.api.Test;

/**
 * Tests for {@link SharedHttp11NioProtocol} on single connections.
 */
class TomcatDrainTests extends DrainContract {

	TomcatDrainTests() {
		super(TomcatWorker::new);
	}

	@Test
	void pipelinedRequestsThatAStopMeetsAreAllAnswered() throws Exception {
		assertPipelinedRequestsAreAnswered(DrainReason.STOP);
	}

	@Test
	void aRequestLineThatAStopMeetsHalfReceivedIsAnswered() throws Exception {
		assertHalfALineIsAnswered(DrainReason.STOP);
	}

}
