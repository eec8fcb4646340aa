package io.pmboot.process;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
		assertThat(apply(
				Map.of("NOTIFY_SOCKET", "@x", "WATCHDOG_PID", "1", "WATCHDOG_USEC", "1", "LISTEN_FDS", "1",
						"LISTEN_PIDFDID", "1", "FDSTORE", "1", "CLASSPATH", "/x", "RUNTIME_DIRECTORY", "/run/app"),
				Map.of()))
			.doesNotContainKeys("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PIDFDID",
					"FDSTORE", "CLASSPATH")
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
		Set<String> changed = new HashSet<>();
		Map<String, String> environment = new HashMap<>(
				Map.of("JAVA_TOOL_OPTIONS", " -Da='b'  -ea", "EMPTY", "", "SPRING_PROFILES_ACTIVE", "prod")) {

			private static final long serialVersionUID = 1L;

			@Override
			public String put(String name, String value) {
				changed.add(name);
				return super.put(name, value);
			}

		};
		JavaCommand.changeEnvironment(environment, launch(Map.of()));
		assertThat(changed).containsExactlyInAnyOrder("PM_WORKER_GROUP", "PM_WORKER_INDEX", "PM_WORKER_GENERATION");
		assertThat(environment).containsKeys("JAVA_TOOL_OPTIONS", "EMPTY", "SPRING_PROFILES_ACTIVE");
	}

	private static Map<String, String> apply(Map<String, String> inherited, Map<String, String> added) {
		Map<String, String> environment = new HashMap<>(inherited);
		JavaCommand.changeEnvironment(environment, launch(added));
		return environment;
	}

	private static WorkerLaunch launch(Map<String, String> environment) {
		return new WorkerLaunch("web", 1, 7, new WorkerLaunch.Program(List.of(), List.of(), List.of(), environment));
	}

}
