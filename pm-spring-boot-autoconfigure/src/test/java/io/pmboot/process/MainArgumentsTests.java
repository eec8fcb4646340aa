package io.pmboot.process;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OwnLaunch}.
 */
class MainArgumentsTests {

	private static final List<String> RECEIVED = List.of("--received");

	private static final List<String> JAR = List.of("-jar", "my app.jar");

	@Test
	void whatComesAfterTheJar() {
		assertThat(of(JAR, "my app.jar serve  --x=a b", "java", "-Dmy app.jar", "-jar", "my app.jar", "serve", "",
				"--x=a b"))
			.containsExactly("serve", "", "--x=a b");
		assertThat(of(JAR, "my app.jar", "java", "-jar", "my app.jar")).isEmpty();
	}

	@Test
	void whatComesAfterTheMainClassThoughItIsAnArgumentToo() {
		assertThat(of(List.of("App"), "App App", "java", "-cp", "App", "App", "App")).containsExactly("App");
		assertThat(of(List.of("App"), "App  x ", "java", "@options", "App", "", "x", "")).containsExactly("", "x", "");
	}

	@Test
	void whatWasReceivedWhereAnotherProgramStartsTheApplication() {
		assertThat(of(List.of("App"), "runner.jar file", "java", "-jar", "runner.jar", "file")).isEqualTo(RECEIVED);
	}

	@Test
	void whatWasReceivedWhereAnArgumentFileHasThem() {
		assertThat(of(List.of("App"), "App x", "java", "@all")).isEqualTo(RECEIVED);
	}

	private static List<String> of(List<String> program, String command, String... words) {
		return OwnLaunch.mainArguments(List.of((String.join("\0", words) + "\0").split("\0", -1)), program, command,
				RECEIVED);
	}

}
