package io.pmboot.server;

import java.nio.file.Path;

import io.pmboot.test.FullOnly;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the clients of a reload see on Reactor Netty: nothing. */
class ReactorNettyReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnReactorNetty() throws Exception {
		new ServerReload("reactor-netty").losesNothing();
	}

	@FullOnly
	@Test
	void versionsThatAnswerWorseAreTakenBackOnReactorNetty(@TempDir Path directory) throws Exception {
		ServerReload.judged("reactor-netty", directory).areTakenBack();
	}

}
