package io.pmboot.web.tomcat;

import io.pmboot.web.AnswersContract;
import org.junit.jupiter.api.Test;

/**
 * Tests for what a Tomcat on shared listeners says of its answers.
 */
class TomcatAnswersTests extends AnswersContract {

	TomcatAnswersTests() {
		super(TomcatWorker::new);
	}

	@Test
	void anAnswerThatIsCutShortFailed() throws Exception {
		assertAnAnswerThatIsCutShortFailed();
	}

}
