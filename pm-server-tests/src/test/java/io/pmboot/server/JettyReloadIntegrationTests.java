package io.pmboot.server;

import java.nio.file.Path;

import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the clients of a reload see on Jetty: nothing. */
@FullOnly
class JettyReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnJetty() throws Exception {
		new ServerReload("jetty").losesNothing();
	}

	@Test
	void versionsThatAnswerWorseAreTakenBackOnJetty(@TempDir Path directory) throws Exception {
		ServerReload.judged("jetty", directory).areTakenBack();
	}

}
