package io.pmboot.server;

import org.junit.jupiter.api.Test;

/** What the clients of a reload see on Jetty: nothing. */
class JettyReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnJetty() throws Exception {
		new ServerReload("jetty").losesNothing();
	}

}
