package io.pmboot.process;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EarlySignalsTests {

	private final Map<String, Object> installed = new HashMap<>();

	private final EarlySignals signals = new EarlySignals(new Recording());

	@AfterEach
	void forget() {
		this.signals.forget();
	}

	@Test
	void remembersEachSignalOnceAndGivesThemOut() {
		this.signals.remember();
		send("USR1", "HUP", "USR1", "TTIN");
		assertThat(this.signals.take()).containsExactly("USR1", "HUP", "TTIN");
		assertThat(this.signals.take()).isEmpty();
	}

	@Test
	void whatIsRememberedIsThereForAnotherClassLoader() {
		this.signals.remember();
		send("HUP");
		assertThat(new EarlySignals(new Recording()).take()).containsExactly("HUP");
	}

	@Test
	void oneWhoIsNoMasterGetsBackWhatItHad() {
		this.signals.remember();
		this.signals.forget();
		assertThat(this.installed).hasSize(4)
			.allSatisfy((name, handler) -> assertThat(handler).isEqualTo("of " + name));
		assertThat(this.signals.take()).isEmpty();
	}

	@Test
	void anApplicationThatStartsLaterTakesNoSignalFromTheMaster() {
		this.signals.take();
		this.signals.remember();
		assertThat(this.installed).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "--spring.profiles.active=master", "--spring.profiles.active=prod,master",
			"--spring.profiles.include=master", "--spring.profiles.active[0]=master",
			"--spring.application.json={\"spring.profiles.active\":\"master\"}" })
	void areExpectedWhereAnArgumentNamesTheProfile(String argument) {
		assertThat(Profiles.mentionMaster(List.of("x", argument), Map.of(), Map.of())).isTrue();
	}

	@Test
	void areExpectedWhereAPropertyOrTheEnvironmentNamesTheProfile() {
		Properties properties = new Properties();
		assertThat(Profiles.mentionMaster(List.of(), properties, Map.of("SPRING_PROFILES_INCLUDE", "a, master")))
			.isTrue();
		properties.setProperty("spring.profiles.active", "master");
		assertThat(Profiles.mentionMaster(List.of(), properties, Map.of())).isTrue();
	}

	@Test
	void areNotExpectedOtherwise() {
		assertThat(Profiles.mentionMaster(List.of("master", "--mode=master", "--spring.profiles.active=mastermind"),
				Map.of("mode", "master"), Map.of("SPRING_PROFILES_ACTIVE", "prod")))
			.isFalse();
	}

	private void send(String... names) {
		for (String name : names) {
			((Runnable) this.installed.get(name)).run();
		}
	}

	/** Installs nothing. */
	private final class Recording extends Signals {

		@Override
		public Object handle(String name, Runnable action) {
			EarlySignalsTests.this.installed.put(name, action);
			return "of " + name;
		}

		@Override
		void restore(String name, Object before) {
			EarlySignalsTests.this.installed.put(name, before);
		}

	}

}
