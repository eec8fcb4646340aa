package io.pmboot.test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FreePortTests {

	/** So many that two who choose on their own would meet in some of them. */
	private static final int PORTS = 1000;

	@Test
	void noPortIsGivenTwiceWhileTheJvmsOfTestsLive() throws Exception {
		Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), OtherTests.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		try {
			Set<Integer> theirs = new HashSet<>();
			for (int i = 0; i < PORTS; i++) {
				theirs.add(Integer.valueOf(other.inputReader().readLine()));
			}
			Set<Integer> ours = new HashSet<>();
			for (int i = 0; i < PORTS; i++) {
				ours.add(FreePort.next());
			}
			assertThat(theirs).hasSize(PORTS).doesNotContainAnyElementsOf(ours);
			assertThat(ours).hasSize(PORTS);
		}
		finally {
			other.destroyForcibly().waitFor();
		}
	}

	/** Takes ports, and lives until it is ended. */
	public static final class OtherTests {

		private OtherTests() {
		}

		public static void main(String[] arguments) throws IOException {
			for (int i = 0; i < PORTS; i++) {
				System.out.println(FreePort.next());
			}
			System.in.read();
		}

	}

}
