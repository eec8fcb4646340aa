package io.pmboot.web.jetty;

import java.io.IOException;
import java.io.UncheckedIOException;

import io.pmboot.web.SharedListenerContract;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

import org.springframework.boot.jetty.JettyWebServer;

/**
 * Tests for {@link SharedJetty}: which worker gets which connection.
 */
class JettySharedListenerTests extends SharedListenerContract {

	JettySharedListenerTests() {
		super(JettyWorker::new);
	}

	@Test
	void hasNoAcceptorWithoutASelector() throws Exception {
		ServerConnector connector = (ServerConnector) ((JettyWebServer) this.worker.server()).getServer()
			.getConnectors()[0];
		assertThatNobodyAcceptsAfter(
				() -> connector.getSelectorManager().getBeans(ManagedSelector.class).forEach((selector) -> {
					try {
						selector.getSelector().close();
					}
					catch (IOException ex) {
						throw new UncheckedIOException(ex);
					}
				}));
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
