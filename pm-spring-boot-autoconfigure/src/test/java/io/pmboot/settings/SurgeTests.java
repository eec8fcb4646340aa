package io.pmboot.settings;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Surge}.
 */
class SurgeTests {

	@ParameterizedTest
	@CsvSource({ "1, 4, 1", "3, 2, 3", "25%, 4, 1", "25%, 5, 2", "1%, 1000, 10", "1%, 1, 1", "100%, 7, 7",
			"' 50 % ', 3, 2", "50%, 0, 1" })
	void percentagesAreRoundedUp(String text, int children, int slots) {
		assertThat(Surge.of(text).slots(children)).isEqualTo(slots);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "-1", "1001", "0%", "101%", "%", "", "many", "2.5", "99999999999" })
	void anythingElseIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Surge.of(text))
			.withMessage("must be a number from 1 to 1000, or from 1% to 100%");
	}

}
