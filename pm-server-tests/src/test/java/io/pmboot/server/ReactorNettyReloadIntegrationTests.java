package io.pmboot.server;

import org.junit.jupiter.api.Test;

/** What the clients of a reload see on Reactor Netty: nothing. */
class ReactorNettyReloadIntegrationTests {

	@Test
	void reloadLosesNothingOnReactorNetty() throws Exception {
		new ServerReload("reactor-netty").losesNothing();
	}

}
