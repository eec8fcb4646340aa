package io.pmboot.web.jetty;

import io.pmboot.web.SharedListenerContract;
import org.junit.jupiter.api.Test;

/**
 * Tests for {@link JettySharedListenerCustomizer}: which worker gets which connection.
 */
class JettySharedListenerTests extends SharedListenerContract {

	JettySharedListenerTests() {
		super(JettyWorker::new);
	}

	@Test
	void theMaximumNumberOfConnectionsHolds() throws Exception {
		assertTheMaximumNumberOfConnectionsHolds();
	}

	@Test
	void aServerThatIsStoppedAndStartedAgainAcceptsAgain() throws Exception {
		assertAServerThatIsStoppedAndStartedAgainAcceptsAgain();
	}

}
