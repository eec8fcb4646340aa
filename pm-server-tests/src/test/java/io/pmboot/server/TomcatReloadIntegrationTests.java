package io.pmboot.server;

import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;

/** What the clients of a reload see on Tomcat: nothing. */
@FullOnly
class TomcatReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnTomcat() throws Exception {
		new ServerReload("tomcat").losesNothing();
	}

}
