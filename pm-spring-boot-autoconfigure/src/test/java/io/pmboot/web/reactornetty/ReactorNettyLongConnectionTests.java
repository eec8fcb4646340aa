package io.pmboot.web.reactornetty;

import io.pmboot.web.LongConnectionContract;

/**
 * Tests for how a Reactor Netty on shared listeners ends event streams and WebSockets.
 */
class ReactorNettyLongConnectionTests extends LongConnectionContract {

	ReactorNettyLongConnectionTests() {
		super(ReactorNettyWorker::new);
	}

}
