package io.pmboot.process;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SignalsTests {

	@Test
	void refusesASignalThatDoesNotExist() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Signals().ignore("NONE"))
			.withMessageContaining("SIGNONE")
			.withMessageContaining(System.getProperty("os.name"));
	}

	@Test
	void refusesASignalThatTheJvmKeeps() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Signals().ignore("QUIT"))
			.withMessageContaining("SIGQUIT");
	}

	@Test
	void knowsThatSignalsAreReduced() {
		assertThat(Signals.reduced(List.of("-Xmx1g", "-Xrs"))).isTrue();
		assertThat(Signals.reduced(List.of("-XX:+ReduceSignalUsage"))).isTrue();
		assertThat(Signals.reduced(List.of("-Xmx1g"))).isFalse();
		assertThat(new Signals().reduced()).isFalse();
	}

}
