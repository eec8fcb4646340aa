package io.pmboot.web.reactornetty;

import io.pmboot.web.SharedListenerContract;

/**
 * Tests for {@link ReactorNettySharedListenerCustomizer}: which worker gets which
 * connection.
 */
class ReactorNettySharedListenerTests extends SharedListenerContract {

	ReactorNettySharedListenerTests() {
		super(ReactorNettyWorker::new);
	}

}
