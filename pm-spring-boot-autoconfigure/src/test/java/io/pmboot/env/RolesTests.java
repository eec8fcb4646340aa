package io.pmboot.env;

import io.pmboot.PmRole;
import io.pmboot.StartFailedException;
import io.pmboot.control.WorkerVariables;
import io.pmboot.env.Roles.Problem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.context.support.TestPropertySourceUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Roles}.
 */
class RolesTests {

	private final MockEnvironment environment = new MockEnvironment();

	@AfterEach
	void clearSystemProperties() {
		System.clearProperty("spring.aot.processing");
		System.clearProperty("spring.aot.enabled");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "prod", "masters", "!master", "Master" })
	void withoutEitherProfileThereIsNoRole(String profile) {
		if (!profile.isEmpty()) {
			this.environment.setActiveProfiles(profile.replace("!", "not-"));
		}
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.NONE);
	}

	@Test
	void theProfileMakesTheMaster() {
		this.environment.setActiveProfiles("prod", "master");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.MASTER);
	}

	@Test
	void aDefaultProfileMakesNoMaster() {
		this.environment.setDefaultProfiles("master");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.NONE);
	}

	@Test
	void profileAndControlSocketMakeTheWorker() {
		this.environment.setActiveProfiles("worker", "web");
		this.environment.setProperty(WorkerVariables.CONTROL_SOCKET, "/x");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.WORKER);
	}

	@Test
	void aWorkerStartedByHandIsRefused() {
		this.environment.setActiveProfiles("worker");
		assertRefused(Problem.NO_MASTER);
	}

	@Test
	void bothProfilesAreRefused() {
		this.environment.setActiveProfiles("worker", "master");
		assertRefused(Problem.BOTH_PROFILES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "master", "worker", "master,worker" })
	void nothingIsEnabledWhereItIsTurnedOff(String profiles) {
		this.environment.setActiveProfiles(profiles.split(","));
		this.environment.setProperty("pm.enabled", "false");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.NONE);
	}

	@Test
	void inATestContextTheRoleMustBeAskedFor() {
		TestPropertySourceUtils.addInlinedPropertiesToEnvironment(this.environment, "spring.jmx.enabled=false");
		this.environment.setActiveProfiles("master");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.NONE);
		this.environment.setProperty("pm.enabled", "true");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.MASTER);
	}

	@Test
	void inAheadOfTimeProcessingThereIsNoRole() {
		System.setProperty("spring.aot.processing", "true");
		this.environment.setActiveProfiles("master");
		assertThat(Roles.of(this.environment)).isEqualTo(PmRole.NONE);
	}

	@Test
	void everyReasonSaysWhatToDo() {
		for (Problem problem : Problem.values()) {
			StartFailedException exception = problem.of("a", "b");
			assertThat(exception.getMessage()).endsWith(".");
			assertThat(exception.action()).endsWith(".");
		}
	}

	@Test
	void generatedBeansAreRefusedInBothRolesOnly() {
		Roles.check(PmRole.MASTER, this.environment, false);
		System.setProperty("spring.aot.enabled", "true");
		Roles.check(PmRole.NONE, this.environment, true);
		for (PmRole role : new PmRole[] { PmRole.MASTER, PmRole.WORKER }) {
			assertThatExceptionOfType(StartFailedException.class)
				.isThrownBy(() -> Roles.check(role, this.environment, false))
				.withMessage(Problem.AHEAD_OF_TIME.of().getMessage());
		}
	}

	private void assertRefused(Problem problem) {
		assertThatExceptionOfType(StartFailedException.class).isThrownBy(() -> Roles.of(this.environment))
			.withMessage(problem.of().getMessage());
	}

}
