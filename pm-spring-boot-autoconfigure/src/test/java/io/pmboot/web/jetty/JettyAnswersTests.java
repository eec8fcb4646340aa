package io.pmboot.web.jetty;

import io.pmboot.web.AnswersContract;
import org.junit.jupiter.api.Test;

/**
 * Tests for what a Jetty on shared listeners says of its answers.
 */
class JettyAnswersTests extends AnswersContract {

	JettyAnswersTests() {
		super(JettyWorker::new);
	}

	@Test
	void anAnswerThatIsCutShortFailed() throws Exception {
		assertAnAnswerThatIsCutShortFailed();
	}

}
