package io.pmboot.process;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OwnLaunchTests {

	@Test
	void optionsFromTheEnvironmentAreNotRepeated() {
		List<String> input = List.of("-Dtool=a b", "-Djdk=1", "--add-opens=java.base/x=ALL-UNNAMED", "-Xmx1g",
				"-Dtool=c", "-Dlast");
		assertThat(OwnLaunch.jvmOptions(input,
				Map.of("JAVA_TOOL_OPTIONS", "-Dtool='a b'", "JDK_JAVA_OPTIONS",
						"-Djdk=1 --add-opens java.base/x=ALL-UNNAMED", "_JAVA_OPTIONS", "-Dlast")))
			.containsExactly("-Xmx1g", "-Dtool=c");
	}

	@Test
	void optionGivenTwiceIsSubtractedOnce() {
		assertThat(OwnLaunch.jvmOptions(List.of("-ea", "-Xmx1g", "-ea"), Map.of("JAVA_TOOL_OPTIONS", "-ea")))
			.containsExactly("-Xmx1g", "-ea");
	}

	@Test
	void argumentFileInTheEnvironmentStaysWithTheOptions() {
		assertThat(OwnLaunch.jvmOptions(List.of("-Dfile", "-Xmx1g"), Map.of("JDK_JAVA_OPTIONS", "@options")))
			.containsExactly("-Dfile", "-Xmx1g");
	}

	@Test
	void readsThisJvm() {
		OwnLaunch own = OwnLaunch.read(OwnLaunchTests.class, List.of("a b"), List.of("master"));
		assertThat(own.java()).isExecutable();
		assertThat(own.program()).isNotEmpty();
		assertThat(own.arguments()).containsExactly("a b");
		assertThat(own.profiles()).containsExactly("master");
		assertThat(own.environment()).isEqualTo(System.getenv());
	}

}
