package io.pmboot.web.tomcat;

import io.pmboot.web.SharedListenerContract;
import org.junit.jupiter.api.Test;

/**
 * Tests for {@link TomcatSharedListenerCustomizer}: which worker gets which connection.
 */
class TomcatSharedListenerTests extends SharedListenerContract {

	TomcatSharedListenerTests() {
		super(TomcatWorker::new);
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
