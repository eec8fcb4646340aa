package io.pmboot.web.tomcat;

import io.pmboot.web.Http2DrainContract;

/**
 * Tests for {@link SharedHttp11NioProtocol} with HTTP/2.
 */
class TomcatHttp2DrainTests extends Http2DrainContract {

	TomcatHttp2DrainTests() {
		super(TomcatWorker::new);
	}

}
