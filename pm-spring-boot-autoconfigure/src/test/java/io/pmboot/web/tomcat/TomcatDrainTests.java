package io.pmboot.web.tomcat;

import io.pmboot.DrainReason;
import io.pmboot.web.DrainContract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Tests for {@link SharedHttp11NioProtocol} on single connections.
 */
class TomcatDrainTests extends DrainContract {

	TomcatDrainTests() {
		super(TomcatWorker::new);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "RELOAD", "SCALED_DOWN" })
	void pipelinedRequestsThatAStopMeetsAreAllAnswered(DrainReason reason) throws Exception {
		assertPipelinedRequestsAreAnswered(reason);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "RELOAD", "SCALED_DOWN" })
	void aRequestLineThatAStopMeetsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		assertHalfALineIsAnswered(reason);
	}

}
