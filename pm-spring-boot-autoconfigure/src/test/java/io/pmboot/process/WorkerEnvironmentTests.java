package io.pmboot.process;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerEnvironmentTests {

	@Test
	void namesTheWorker() {
		assertThat(apply(Map.of(), Map.of())).containsExactlyInAnyOrderEntriesOf(
				Map.of("PM_WORKER_GROUP", "web", "PM_WORKER_INDEX", "1", "PM_WORKER_GENERATION", "7"));
	}

	@Test
	void groupsVariablesWin() {
		assertThat(apply(Map.of("A", "master", "B", "b"), Map.of("A", "group", "PM_WORKER_GROUP", "x")))
			.containsEntry("A", "group")
			.containsEntry("B", "b")
			.containsEntry("PM_WORKER_GROUP", "web");
	}

	@Test
	void systemdsNotificationsAndClassPathAreNotInherited() {
		assertThat(apply(Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_PID", "1", "WATCHDOG_USEC", "1", "LISTEN_FDS", "1",
				"CLASSPATH", "/x", "RUNTIME_DIRECTORY", "/run/app"), Map.of()))
			.doesNotContainKeys("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "CLASSPATH")
			.containsEntry("RUNTIME_DIRECTORY", "/run/app");
	}

	@Test
	void masterIsTakenOutOfProfiles() {
		assertThat(apply(Map.of("SPRING_PROFILES_ACTIVE", "master,prod", "SPRING_PROFILES_INCLUDE", "master",
				"spring.profiles.include", "master,h2", "SPRING_APPLICATION_JSON",
				"{\"spring\":{\"profiles\":{\"include\":\"master\"}}}"), Map.of()))
			.containsEntry("SPRING_PROFILES_ACTIVE", "prod")
			.containsEntry("spring.profiles.include", "h2")
			.containsEntry("SPRING_APPLICATION_JSON", "{\"spring\":{\"profiles\":{\"include\":\"\"}}}")
			.doesNotContainKey("SPRING_PROFILES_INCLUDE");
	}

	@Test
	void jvmOptionsInVariablesAreFiltered() {
		assertThat(apply(Map.of("JAVA_TOOL_OPTIONS", "-Da='b c' -agentlib:jdwp=transport=dt_socket,address=5005",
				"_JAVA_OPTIONS", "-Xlog:gc:gc.log", "JDK_JAVA_OPTIONS", "@options --add-opens java.base/x=ALL-UNNAMED"),
				Map.of()))
			.containsEntry("JAVA_TOOL_OPTIONS", "\"-Da=b c\"")
			.containsEntry("JDK_JAVA_OPTIONS", "--add-opens java.base/x=ALL-UNNAMED")
			.doesNotContainKey("_JAVA_OPTIONS");
	}

	@Test
	void whatNeedsNoChangeIsLeftAsItIs() {
		WorkerEnvironment environment = WorkerEnvironment.of(
				Map.of("JAVA_TOOL_OPTIONS", " -Da='b'  -ea", "EMPTY", "", "SPRING_PROFILES_ACTIVE", "prod"),
				launch(Map.of()));
		assertThat(environment.removed()).isEmpty();
		assertThat(environment.set()).containsOnlyKeys("PM_WORKER_GROUP", "PM_WORKER_INDEX", "PM_WORKER_GENERATION");
	}

	private static Map<String, String> apply(Map<String, String> inherited, Map<String, String> added) {
		Map<String, String> environment = new HashMap<>(inherited);
		WorkerEnvironment.of(inherited, launch(added)).applyTo(environment);
		return environment;
	}

	private static WorkerLaunch launch(Map<String, String> environment) {
		return new WorkerLaunch("web", 1, 7, new WorkerLaunch.Program(List.of(), List.of(), List.of(), environment));
	}

}
