package io.pmboot.web.jetty;

import io.pmboot.web.Http2DrainContract;

/**
 * Tests for {@link SharedServerConnector} with HTTP/2.
 */
class JettyHttp2DrainTests extends Http2DrainContract {

	JettyHttp2DrainTests() {
		super(JettyWorker::new);
	}

}
