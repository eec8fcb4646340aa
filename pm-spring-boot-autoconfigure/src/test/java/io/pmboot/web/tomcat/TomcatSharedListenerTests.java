package io.pmboot.web.tomcat;

import io.pmboot.web.SharedListenerContract;
import org.junit.jupiter.api.Test;

import org.springframework.boot.tomcat.TomcatWebServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TomcatSharedListenerCustomizer}: which worker gets which connection.
 */
class TomcatSharedListenerTests extends SharedListenerContract {

	TomcatSharedListenerTests() {
		super(TomcatWorker::new);
	}

	@Test
	void theConnectorsPortIsThatOfTheFirstListener() {
		assertThat(((TomcatWebServer) this.worker.server()).getTomcat().getConnector().getPort())
			.isEqualTo(this.listener.localAddress().getPort());
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
