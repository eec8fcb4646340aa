package io.pmboot.server;

import org.junit.jupiter.api.Test;

/** What the clients of a reload see on Tomcat: nothing. */
class TomcatReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnTomcat() throws Exception {
		new ServerReload("tomcat").losesNothing();
	}

}
