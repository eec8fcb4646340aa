package io.pmboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.pmboot.settings.GroupProperties;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guards of what users see of the properties in their editor, and that the documentation
 * says the same.
 */
class ConfigurationMetadataTests {

	private static final String PROPERTIES = "META-INF/spring-configuration-metadata.json";

	private static final String GROUP_PROPERTIES = "META-INF/spring/configuration-metadata/%s.json"
		.formatted(GroupProperties.class.getName());

	private static final List<String> WITHOUT_DEFAULT = List.of("main-class", "reload.health-group",
			"warm-up.duration");

	private static final String TABLE = "| property | default |";

	private static final Pattern ROW = Pattern.compile("\\| `([^`]+?)(?:\\.\\*)?` \\| (.*?) \\| .*");

	private static final Pattern VALUE = Pattern.compile("`([^`]*)`");

	@Test
	void everyPropertyHasADescriptionAndItsDefault() throws IOException {
		List<String> names = new ArrayList<>();
		for (JsonNode property : properties()) {
			String name = property.get("name").asString();
			names.add(name);
			assertThat(property.has("description")).as("%s has a description", name).isTrue();
			assertThat(property.get("description").asString()).as(name).endsWith(".");
			if (!WITHOUT_DEFAULT.contains(name)
					&& List.of("java.lang.Integer", "java.lang.Boolean", "java.lang.String", "java.time.Duration")
						.contains(property.get("type").asString())) {
				assertThat(property.has("defaultValue")).as("%s has a default", name).isTrue();
			}
		}
		assertThat(names).containsExactlyInAnyOrder("management.endpoint.pm.access",
				"management.endpoint.pm.cache.time-to-live", "pm.doctor.ignore", "pm.enabled", "pm.groups",
				"pm.master.actuator-address", "pm.master.allow-remote", "pm.master.allowed-users", "pm.master.address",
				"pm.master.auto-configuration.include", "pm.master.max-connections", "pm.master.output.when-blocked",
				"pm.master.pid-file", "pm.master.port", "pm.master.run-directory", "pm.master.status-file",
				"pm.master.status-interval", "pm.message.max-payload", "pm.message.max-queued",
				"pm.worker.heartbeat-interval", "application", "arguments", "children", "drain.spread", "environment",
				"jvm-options", "listen", "main-class", "max-fatal-restart", "max-gc-percent", "max-heartbeat-lost",
				"max-request-time", "may-reload", "pause-after-fatal", "profiles", "recycle.age", "recycle.memory",
				"recycle.requests", "reload.canary", "reload.drain-timeout", "reload.hold-timeout",
				"reload.max-draining", "reload.max-error-increase", "reload.max-latency-increase", "reload.max-surge",
				"reload.observe", "reload.order", "reload.pause", "reload.wait-for-drain", "serial-start",
				"start-timeout", "terminate-timeout", "unix-socket.mode", "unix-socket.owner", "reload.health-group",
				"warm-up.paths", "warm-up.requests", "warm-up.duration", "warm-up.concurrency", "warm-up.headers");
	}

	@Test
	void theDocumentationHasARowForEachPropertyWithItsDefault() throws IOException {
		Map<String, String> defaults = new TreeMap<>();
		for (JsonNode property : properties()) {
			String name = property.get("name").asString();
			if (!name.startsWith("management.") && !name.equals("pm.groups")) {
				defaults.put(name, property.path("defaultValue").asString(""));
			}
		}
		assertThat(documented()).isEqualTo(defaults);
	}

	@Test
	void everyHintIsOfAProperty() throws IOException {
		for (String metadata : List.of(PROPERTIES, GROUP_PROPERTIES)) {
			List<String> names = list(metadata, "properties").stream()
				.map((property) -> property.get("name").asString())
				.toList();
			assertThat(list(metadata, "hints")).isNotEmpty()
				.allSatisfy((hint) -> assertThat(hint.get("name").asString()).isIn(names));
		}
	}

	// What stands for a default in words is none that could be written.
	private static Map<String, String> documented() throws IOException {
		Map<String, String> documented = new TreeMap<>();
		boolean table = false;
		for (String line : Files.readAllLines(Path.of("../docs/configuration.md"))) {
			table = line.startsWith(TABLE) || (table && line.startsWith("|"));
			Matcher row = ROW.matcher(line);
			if (table && row.matches()) {
				Matcher value = VALUE.matcher(row.group(2));
				String before = documented.put(row.group(1), value.matches() ? value.group(1) : "");
				assertThat(before).as("another row of %s", row.group(1)).isNull();
			}
		}
		return documented;
	}

	private static List<JsonNode> properties() throws IOException {
		return Stream.concat(list(PROPERTIES, "properties").stream(), list(GROUP_PROPERTIES, "properties").stream())
			.toList();
	}

	private static List<JsonNode> list(String metadata, String name) throws IOException {
		URI classes = URI.create(PmProperties.class.getProtectionDomain().getCodeSource().getLocation().toString());
		try (InputStream stream = classes.resolve(metadata).toURL().openStream()) {
			return new ArrayList<>(JsonMapper.shared().readTree(stream).get(name).values());
		}
	}

}
