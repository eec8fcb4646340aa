package io.pmboot.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link StartFailureReporter} says.
 */
class StartFailureReportTests {

	@Test
	void theAnalysisIsTold() {
		assertThat(StartFailureReporter.text(new FailureAnalysis("The port is taken.", "Free it.", null)))
			.isEqualTo("The port is taken.\nFree it.");
		assertThat(StartFailureReporter.text(new FailureAnalysis("The port is taken.", null, null)))
			.isEqualTo("The port is taken.");
	}

	@Test
	void theChainOfCausesIsSummed() {
		Exception cause = new IllegalStateException("no luck");
		Exception exception = new IllegalArgumentException("no bean", cause);
		cause.initCause(exception);
		assertThat(StartFailureReporter.summary(exception)).isEqualTo(
				"java.lang.IllegalArgumentException: no bean\ncaused by: java.lang.IllegalStateException: no luck");
	}

}
