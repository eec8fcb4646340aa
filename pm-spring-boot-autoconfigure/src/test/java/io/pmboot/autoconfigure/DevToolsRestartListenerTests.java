package io.pmboot.autoconfigure;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DevToolsRestartListener}.
 */
class DevToolsRestartListenerTests {

	@ParameterizedTest
	@ValueSource(strings = { "--spring.profiles.active=master", "--spring.profiles.active=prod, master",
			"--spring.profiles.include=master" })
	void recognizesARoleBeforeThereIsAnEnvironment(String argument) {
		assertThat(DevToolsRestartListener.isMasterOrWorker("--x", argument)).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "spring.profiles.active, master", "pm.worker.control-socket, /run/control.sock" })
	void recognizesARoleInASystemProperty(String name, String value) {
		System.setProperty(name, value);
		try {
			assertThat(DevToolsRestartListener.isMasterOrWorker()).isTrue();
		}
		finally {
			System.clearProperty(name);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "--spring.profiles.active=masters,prod", "master", "--x=master" })
	void leavesThePlainApplicationAlone(String argument) {
		assertThat(DevToolsRestartListener.isMasterOrWorker(argument)).isFalse();
	}

}
