package io.pmboot.web.reactornetty;

import io.pmboot.web.ReloadUnderLoadContract;

/**
 * Tests that a worker with Reactor Netty is replaced by another under load without a
 * failed request.
 */
class ReactorNettyReloadUnderLoadTests extends ReloadUnderLoadContract {

	ReactorNettyReloadUnderLoadTests() {
		super(ReactorNettyWorker::new);
	}

}
