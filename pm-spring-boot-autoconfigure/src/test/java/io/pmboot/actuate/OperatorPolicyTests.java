package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What other users of this machine may ask the master's web server, by real processes of
 * theirs: only root can start one.
 */
class OperatorPolicyTests extends AbstractMasterHttpTests {

	private static final String NOBODY = "65534";

	@BeforeEach
	void onlyRootActsAsSomebodyElse() throws Exception {
		assumeThat(new PeerUsers(Path.of("/proc")).own()).isZero();
		assumeThat(Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.isExecutable(Path.of("/usr/bin/curl")))
			.isTrue();
	}

	@Test
	void anotherUserChangesNothingAndReadsEverything() throws Exception {
		for (String path : List.of(RELOAD, "/actuator/pm/stop", "/actuator/loggers/x")) {
			assertThat(asNobody("-X", "POST", url(path))).as(path)
				.contains("pm.master.allowed-users", "the user with the number " + NOBODY)
				.endsWith("403");
		}
		assertThat(master().asked()).isEmpty();
		assertThat(master().operations()).isEmpty();
		assertThat(asNobody(url("/actuator/pm"))).endsWith("200");
		assertThat(asNobody(url("/actuator/health"))).endsWith("200");
	}

	@Test
	void theMastersOwnUserIsObeyed() throws Exception {
		assertThat(run(List.of("curl", "-s", "-w", "%{http_code}", "-X", "POST", url(RELOAD)))).endsWith("202");
	}

	@Test
	void whoIsNamedIsObeyed() {
		assertThat(policy().concerns("POST", this)).isTrue();
		assertThat(policy().concerns("GET", this)).isFalse();
		assertThat(policy("*").concerns("POST", this)).isFalse();
		assertThat(policy("nobody", NOBODY).concerns("DELETE", this)).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> policy("no-such-user"))
			.withMessage("there is no user 'no-such-user' on this system");
	}

	@Test
	void whatComesByAWayOfTheMastersOwnIsObeyed() {
		assertThat(new OperatorPolicy(List.of(), this::equals).concerns("POST", this)).isFalse();
		assertThat(new OperatorPolicy(List.of(), this::equals).concerns("POST", "another")).isTrue();
	}

	private static OperatorPolicy policy(String... users) {
		return new OperatorPolicy(List.of(users), (request) -> false);
	}

	private String url(String path) {
		return "http://localhost:" + port() + path;
	}

	private static String asNobody(String... request) throws Exception {
		List<String> command = new ArrayList<>(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY,
				"--clear-groups", "curl", "-s", "-w", "%{http_code}"));
		command.addAll(List.of(request));
		return run(command);
	}

	private static String run(List<String> command) throws Exception {
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.directory(Path.of("/").toFile())
			.start();
		try {
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		finally {
			process.destroyForcibly();
		}
	}

}
