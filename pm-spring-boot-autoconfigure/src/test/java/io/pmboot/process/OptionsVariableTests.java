package io.pmboot.process;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OptionsVariableTests {

	@Test
	void separatesAtWhiteSpace() {
		assertThat(JvmOptions.parse(" -Xmx1g\t-Da=b\n\n-ea ")).containsExactly("-Xmx1g", "-Da=b", "-ea");
	}

	@Test
	void quotesProtectWhiteSpaceAndEachOther() {
		assertThat(JvmOptions.parse("-Da='b c' \"-Dd=e ' f\" -Dg=\\h")).containsExactly("-Da=b c", "-Dd=e ' f",
				"-Dg=\\h");
	}

	@Test
	void formatsWhatParsesToTheSame() {
		List<String> options = List.of("-Xmx1g", "-Da=b c", "-Db=it's", "-Dc=\"quoted\"", "-Dd=' \" '", "-De=\\");
		assertThat(JvmOptions.parse(JvmOptions.format(options))).isEqualTo(options);
	}

	@Test
	void formatsPlainOptionsPlainly() {
		assertThat(JvmOptions.format(List.of("-Xmx1g", "-ea"))).isEqualTo("-Xmx1g -ea");
	}

	@Test
	void nothingIsNoOption() {
		assertThat(JvmOptions.parse(" ")).isEmpty();
	}

}
