package io.pmboot.autoconfigure;

import io.pmboot.master.NotCopiedException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NotCopiedFailureAnalyzer}.
 */
class NotCopiedFailureAnalyzerTests {

	@Test
	void namesGroupAndReason() {
		FailureAnalysis analysis = new NotCopiedFailureAnalyzer().analyze(new BeanCreationException("any",
				new NotCopiedException("web", new IllegalStateException("app.jar is truncated"))));
		assertThat(analysis.getDescription()).isEqualTo("Group 'web' cannot be started: app.jar is truncated.");
		assertThat(analysis.getAction()).contains("complete archive");
	}

}
