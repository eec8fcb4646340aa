package io.pmboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.control.Frame.Configuration.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GroupConfiguration}: what a worker finds in the files of its
 * application.
 */
class GroupConfigurationTests {

	@TempDir
	private Path folder;

	@Test
	void everythingBelowTheOwnGroupAndNothingElse() throws Exception {
		file("application.properties", "pm.groups.web.listen=8080,8081", "pm.groups.web.jvm-options[0]=-Xmx1g",
				"pm.groups.web.jvm-options[1]=-Da=b", "pm.groups.web.environment.FOO_bar=x",
				"pm.groups.web.reload.drain-timeout=5s", "pm.groups.jobs.children=1", "pm.master.port=1",
				"server.port=2");
		assertThat(values("web")).containsOnly(Map.entry("pm.groups.web.listen", "8080,8081"),
				Map.entry("pm.groups.web.jvm-options[0]", "-Xmx1g"), Map.entry("pm.groups.web.jvm-options[1]", "-Da=b"),
				Map.entry("pm.groups.web.environment.FOO_bar", "x"),
				Map.entry("pm.groups.web.reload.drain-timeout", "5s"));
		assertThat(values("jobs")).containsOnlyKeys("pm.groups.jobs.children");
		assertThat(values("none")).isEmpty();
	}

	@Test
	void placeholdersAreThoseOfTheNewFiles() throws Exception {
		file("application.properties", "pm.groups.web.listen=${my.port},${other:9}", "my.port=8080");
		assertThat(values("web")).containsEntry("pm.groups.web.listen", "8080,9");
	}

	@Test
	void itIsReadAsAMasterReadsIt() throws Exception {
		file("application.properties", "pm.groups.web.listen=8080", "pm.groups.web.children=2");
		file("application-prod.properties", "pm.groups.web.children=3");
		file("application-master.properties", "pm.groups.web.children=4");
		file("application-worker.properties", "pm.groups.web.children=5");
		file("application-web.properties", "pm.groups.web.start-timeout=9s", "pm.groups.web.listen=9999");
		assertThat(values("web")).containsOnly(Map.entry("pm.groups.web.listen", "8080"),
				Map.entry("pm.groups.web.children", "4"));
	}

	@Test
	void aListComesFromOneFileAsAWhole() throws Exception {
		file("application.properties", "pm.groups.web.listen[0]=1", "pm.groups.web.listen[1]=2",
				"pm.groups.web.environment.A=1", "pm.groups.web.environment.B=1");
		file("application-master.yml", "pm.groups.web:", "  listen: [ 3 ]", "  environment: { B: 2 }");
		assertThat(values("web")).containsOnly(Map.entry("pm.groups.web.listen[0]", "3"),
				Map.entry("pm.groups.web.environment.A", "1"), Map.entry("pm.groups.web.environment.B", "2"));
	}

	@Test
	void whatAJvmIsStartedWithIsNotOfTheFiles() throws Exception {
		file("application.properties", "pm.groups.web.listen=8080");
		assertThat(values("web", "--pm.groups.web.children=7")).containsOnlyKeys("pm.groups.web.listen");
	}

	@Test
	void whatTheApplicationAddsByItselfCounts() throws Exception {
		file("application.properties", "pm.groups.web.listen=8080");
		ConfigurableEnvironment environment = environment();
		environment.getPropertySources()
			.addFirst(new MapPropertySource("shop", Map.of("pm.groups.web.children", 7, "pm.groups.web.listen", "1")));
		assertThat(values(GroupConfiguration.read(environment, null, "web", List.of("master"))))
			.containsOnly(Map.entry("pm.groups.web.children", "7"), Map.entry("pm.groups.web.listen", "1"));
	}

	@Test
	void originsAreTold() throws Exception {
		file("application.properties", "", "pm.groups.web.listen=8080");
		assertThat(GroupConfiguration.read(environment(), null, "web", List.of("master"))).singleElement()
			.satisfies((property) -> assertThat(property.origin()).contains("application.properties", "2:22"));
	}

	@Test
	void theEnvironmentOfTheWorkerStaysAsItWas() throws Exception {
		file("application-master.properties", "pm.groups.web.children=4");
		ConfigurableEnvironment environment = environment();
		List<String> before = environment.getPropertySources().stream().map(Object::toString).toList();
		GroupConfiguration.read(environment, null, "web", List.of("master"));
		assertThat(environment.getPropertySources().stream().map(Object::toString)).isEqualTo(before);
		assertThat(environment.getActiveProfiles()).containsExactly("prod", "worker", "web");
	}

	@Test
	void caseAndDashesDoNotTellGroupsApart() throws Exception {
		file("application.properties", "pm.groups.My-Jobs.children=3");
		assertThat(values("my_jobs")).containsOnlyKeys("pm.groups.My-Jobs.children");
	}

	private void file(String name, String... lines) throws IOException {
		Files.write(this.folder.resolve(name), List.of(lines));
	}

	private ConfigurableEnvironment environment(String... more) {
		List<String> arguments = new ArrayList<>(List.of(more));
		arguments.add("--spring.config.location=file:" + this.folder + "/");
		arguments.add("--spring.profiles.active=prod,worker,web");
		ConfigurableEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new SimpleCommandLinePropertySource(arguments.toArray(String[]::new)));
		ConfigDataEnvironmentPostProcessor.applyTo(environment);
		return environment;
	}

	private Map<String, String> values(String group, String... arguments) {
		return values(GroupConfiguration.read(environment(arguments), null, group, List.of("prod", "master")));
	}

	private static Map<String, String> values(List<Property> properties) {
		Map<String, String> values = new LinkedHashMap<>();
		properties.forEach((property) -> assertThat(values.put(property.name(), property.value())).isNull());
		return values;
	}

}
