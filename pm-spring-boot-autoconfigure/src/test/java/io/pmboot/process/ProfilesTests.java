package io.pmboot.process;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

class ProfilesTests {

	@Test
	void workerThenGroupThenGroupsProfilesWin() {
		assertThat(forWorker(List.of("master", "prod", "eu"), "web", List.of("edge"))).containsExactly("prod", "eu",
				"worker", "web", "edge");
	}

	@Test
	void profileGivenTwiceWinsByItsLastPlace() {
		assertThat(forWorker(List.of("prod", "master", "h2"), "web", List.of("prod"))).containsExactly("h2", "worker",
				"web", "prod");
	}

	@Test
	void groupCannotBringMasterBack() {
		assertThat(forWorker(List.of("master"), "web", List.of("master"))).containsExactly("worker", "web");
	}

	private static List<String> forWorker(List<String> active, String group, List<String> profiles) {
		return Profiles.forWorker(active,
				new WorkerLaunch(group, 0, 1, new WorkerLaunch.Program(profiles, List.of(), List.of(), Map.of())));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.profiles.active", "spring.profiles.include", "spring.profiles.include[0]",
			"SPRING_PROFILES_ACTIVE", "SPRING_PROFILES_INCLUDE", "SPRING_PROFILES_INCLUDE_0",
			"Spring.Profiles.Active" })
	void knowsTheNamesOfTheProperties(String name) {
		assertThat(Profiles.isProperty(name)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.profiles.default", "spring.profiles.group.a", "spring.profiles.active.x",
			"MY_SPRING_PROFILES_ACTIVE", "" })
	void leavesOtherPropertiesAlone(String name) {
		assertThat(Profiles.isProperty(name)).isFalse();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			master                | ``
			master,prod           | prod
			prod , master         | prod\s
			masterful,webmaster   | masterful,webmaster
			""")
	void takesMasterOutOfList(String profiles, String expected) {
		assertThat(Profiles.withoutMaster("spring.profiles.include", profiles).trim()).isEqualTo(expected.trim());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			{"spring":{"profiles":{"include":"master,h2"}},"n":1} | {"spring":{"profiles":{"include":"h2"}},"n":1}
			{"spring":{"profiles.active":["master","h2"]}}        | {"spring":{"profiles.active":["h2"]}}
			{"spring.profiles.include[0]":"master"}               | {"spring.profiles.include[0]":""}
			{ "a" : "master" }                                    | { "a" : "master" }
			{"spring.profiles.include":                           | {"spring.profiles.include":
			""")
	void takesMasterOutOfJson(String json, String expected) {
		assertThat(Profiles.withoutMaster("spring.application.json", json)).isEqualTo(expected);
	}

	// Why master has to be taken out of everything that a worker inherits.
	@Test
	void bootAddsUpTheIncludesOfAllSources() {
		SpringApplication application = new SpringApplication(Empty.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addLast(new MapPropertySource("inherited", Map.of("spring.profiles.include", "inherited")));
		application.setEnvironment(environment);
		try (ConfigurableApplicationContext context = application.run("--pm.enabled=false",
				"--spring.profiles.active=web", "--spring.profiles.include=")) {
			assertThat(context.getEnvironment().getActiveProfiles()).containsExactly("inherited", "web");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
