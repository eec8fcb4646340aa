package io.pmboot.autoconfigure;

import io.pmboot.StartFailedException;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartFailureAnalyzer}.
 */
class StartFailureAnalyzerTests {

	@Test
	void saysWhatIsWrongAndWhatToDo() {
		StartFailedException failure = new StartFailedException("app.jar is truncated", "Put a whole one in place.",
				null);
		FailureAnalysis analysis = new StartFailureAnalyzer().analyze(new BeanCreationException("any", failure));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).isEqualTo("app.jar is truncated.");
		assertThat(analysis.getAction()).isEqualTo("Put a whole one in place.");
		assertThat(analysis.getCause()).isSameAs(failure);
	}

	@Test
	void leavesASentenceAsItIs() {
		FailureAnalysis analysis = new StartFailureAnalyzer()
			.analyze(new StartFailedException("It is truncated.", "Mend it.", null));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).isEqualTo("It is truncated.");
	}

	@Test
	void hasNothingToSayOfOtherFailures() {
		assertThat(new StartFailureAnalyzer().analyze(new IllegalStateException("any"))).isNull();
	}

}
