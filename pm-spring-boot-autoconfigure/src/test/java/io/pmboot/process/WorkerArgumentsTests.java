package io.pmboot.process;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.core.env.SimpleCommandLinePropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerArgumentsTests {

	private static final String PROFILES = "--spring.profiles.active=worker,web";

	@Test
	void whatIsSaidOfGroupsIsForWorkersAsWell() {
		List<String> ofGroups = List.of("--pm.groups.web.drain.spread=1s", "--pm.groups[web].warmUp.requests=7",
				"--PM.groups.web.reload.healthGroup=deploy", "--pm.enabled=true");
		List<String> arguments = new ArrayList<>(ofGroups);
		arguments.add("--pm.master.port=0");
		List<String> expected = new ArrayList<>(ofGroups);
		expected.add(PROFILES);
		assertThat(of(arguments, List.of())).isEqualTo(expected);
	}

	@Test
	void mastersThenGroupsThenProfiles() {
		assertThat(of(List.of("--a=1", "b c", ""), List.of("--d=2"))).containsExactly("--a=1", "b c", "", "--d=2");
		assertThat(of(List.of("--spring.main.x=1", "b c", ""), List.of("--d=2"))).containsExactly("--spring.main.x=1",
				"b c", "", "--d=2", PROFILES);
	}

	@Test
	void dropsWhatIsForTheMaster() {
		assertThat(of(
				List.of("--pm.master.port=8080", "--PM.worker.heartbeat-interval=1s", "--spring.profiles.active=master",
						"--spring.profiles.active[0]=master", "--spring.profiles.include=master", "--pmx=1", "pm.y"),
				List.of()))
			.containsExactly("--pmx=1", "pm.y", PROFILES);
	}

	@Test
	void takesMasterOutOfJson() {
		assertThat(of(List.of("--spring.application.json={\"spring.profiles.include\":\"master\",\"a\":1}"), List.of()))
			.containsExactly("--spring.application.json={\"spring.profiles.include\":\"\",\"a\":1}", PROFILES);
	}

	@Test
	void groupsOptionReplacesMastersBecauseSpringWouldJoinThem() {
		List<String> arguments = of(List.of("--server.port=8080", "x", "x"), List.of("--server.port=0"));
		assertThat(arguments).containsExactly("x", "x", "--server.port=0");
		assertThat(parse(arguments).getProperty("server.port")).isEqualTo("0");
	}

	@Test
	void nonOptionsOfBothAreKept() {
		assertThat(of(List.of("x"), List.of("x"))).containsExactly("x", "x");
	}

	@Test
	void profilesCountThoughTheOptionsHaveAnEnd() {
		List<String> arguments = of(List.of("--a=1", "--", "--pm.x"), List.of("--b=2", "--", "y"));
		assertThat(arguments).containsExactly("--a=1", "--b=2", "--", "--pm.x", "y");
		arguments = of(List.of("--pm.x=1", "--", "--pm.x"), List.of("--b=2", "--", "y"));
		assertThat(arguments).containsExactly("--b=2", PROFILES, "--", "--pm.x", "y");
		assertThat(parse(arguments).getProperty("spring.profiles.active")).isEqualTo("worker,web");
	}

	private static List<String> of(List<String> own, List<String> added) {
		return WorkerArguments.of(own, added, List.of("worker", "web"));
	}

	private static SimpleCommandLinePropertySource parse(List<String> arguments) {
		return new SimpleCommandLinePropertySource(arguments.toArray(String[]::new));
	}

}
