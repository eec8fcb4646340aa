package io.pmboot.web.jetty;

import io.pmboot.DrainReason;
import io.pmboot.web.DrainContract;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Tests for {@link SharedServerConnector} on single connections.
 */
class JettyDrainTests extends DrainContract {

	JettyDrainTests() {
		super(JettyWorker::new);
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = { "RELOAD", "SCALED_DOWN" })
	void aRequestLineThatAStopMeetsHalfReceivedIsAnswered(DrainReason reason) throws Exception {
		assertHalfALineIsAnswered(reason);
	}

}
