package io.pmboot.env;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DevToolsRestartListener}.
 */
class DevToolsRestartListenerTests {

	@ParameterizedTest
	@ValueSource(strings = { "--spring.profiles.active=master", "--spring.profiles.active=prod, worker",
			"--spring.profiles.include=master" })
	void recognizesARoleBeforeThereIsAnEnvironment(String argument) {
		assertThat(DevToolsRestartListener.isMasterOrWorker("--x", argument)).isTrue();
	}

	@Test
	void recognizesARoleInASystemProperty() {
		System.setProperty("spring.profiles.active", "master");
		try {
			assertThat(DevToolsRestartListener.isMasterOrWorker()).isTrue();
		}
		finally {
			System.clearProperty("spring.profiles.active");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "--spring.profiles.active=masters,prod", "master", "--x=master" })
	void leavesThePlainApplicationAlone(String argument) {
		assertThat(DevToolsRestartListener.isMasterOrWorker(argument)).isFalse();
	}

}
