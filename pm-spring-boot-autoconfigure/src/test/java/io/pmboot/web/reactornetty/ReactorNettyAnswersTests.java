package io.pmboot.web.reactornetty;

import io.pmboot.web.AnswersContract;

/**
 * Tests for what a Reactor Netty on shared listeners says of its answers.
 */
class ReactorNettyAnswersTests extends AnswersContract {

	ReactorNettyAnswersTests() {
		super(ReactorNettyWorker::new);
	}

}
