package io.pmboot.web.reactornetty;

import io.pmboot.web.Http2DrainContract;

/**
 * Tests for {@link SharedServer} with HTTP/2.
 */
class ReactorNettyHttp2DrainTests extends Http2DrainContract {

	ReactorNettyHttp2DrainTests() {
		super(ReactorNettyWorker::new);
	}

}
