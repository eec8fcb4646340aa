package io.pmboot.server;

import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;

/** What the clients of a reload see on Jetty: nothing. */
@FullOnly
class JettyReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnJetty() throws Exception {
		new ServerReload("jetty").losesNothing();
	}

}
