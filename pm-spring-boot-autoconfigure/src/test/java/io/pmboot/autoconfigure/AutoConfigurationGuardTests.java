package io.pmboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.pmboot.PmRole;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Guards of what is registered by name and of what users see in their editor.
 */
class AutoConfigurationGuardTests {

	private static final List<JavaClass> CLASSES = List
		.copyOf(new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages("io.pmboot"));

	private static final List<String> WITHOUT_DEFAULT = List.of("main-class", "reload.health-group",
			"warm-up.duration");

	@Test
	void everyAutoConfigurationIsListed() {
		List<String> listed = ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith("io.pmboot."))
			.toList();
		assertThat(listed).containsExactlyInAnyOrderElementsOf(CLASSES.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.map(JavaClass::getName)
			.toList());
	}

	@Test
	void everyAutoConfigurationIsForOneRole() {
		assertThat(CLASSES).filteredOn((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.isNotEmpty()
			.allSatisfy((type) -> assertThat(type.getAnnotationOfType(ConditionalOnPmRole.class).value())
				.isNotEqualTo(PmRole.NONE));
	}

	@Test
	void everyNameInSpringFactoriesIsAClass() throws Exception {
		Properties factories = new Properties();
		try (InputStream stream = classes().resolve("META-INF/spring.factories").toURL().openStream()) {
			factories.load(stream);
		}
		List<String> names = new ArrayList<>();
		factories.forEach((type, value) -> {
			names.add(type.toString());
			names.addAll(List.of(value.toString().split(",")));
		});
		assertThat(names).hasSizeGreaterThan(5)
			.allSatisfy((name) -> assertThat(ClassUtils.isPresent(name, null)).as(name).isTrue());
	}

	@Test
	void everyPropertyHasADescriptionAndItsDefault() throws IOException {
		List<JsonNode> properties = new ArrayList<>();
		properties.addAll(properties("META-INF/spring-configuration-metadata.json"));
		properties
			.addAll(properties("META-INF/spring/configuration-metadata/io.pmboot.autoconfigure.GroupProperties.json"));
		List<String> names = new ArrayList<>();
		for (JsonNode property : properties) {
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
				"management.endpoint.pm.cache.time-to-live", "pm.enabled", "pm.groups", "pm.master.actuator-address",
				"pm.master.allow-remote", "pm.master.allowed-users", "pm.master.address",
				"pm.master.auto-configuration.include", "pm.master.max-connections", "pm.master.output.when-blocked",
				"pm.master.pid-file", "pm.master.port", "pm.master.run-directory", "pm.master.status-file",
				"pm.master.status-interval", "pm.message.max-payload", "pm.message.max-queued",
				"pm.worker.heartbeat-interval", "application", "arguments", "children", "drain.spread", "environment",
				"jvm-options", "listen", "main-class", "max-fatal-restart", "max-gc-percent", "max-heartbeat-lost",
				"max-request-time", "pause-after-fatal", "profiles", "reload.drain-timeout", "reload.max-draining",
				"reload.max-surge", "reload.observe", "reload.order", "reload.pause", "reload.wait-for-drain",
				"serial-start", "start-timeout", "terminate-timeout", "unix-socket.mode", "unix-socket.owner",
				"reload.health-group", "warm-up.paths", "warm-up.requests", "warm-up.duration", "warm-up.concurrency",
				"warm-up.headers");
	}

	private static URI classes() {
		return URI.create(PmProperties.class.getProtectionDomain().getCodeSource().getLocation().toString());
	}

	private static List<JsonNode> properties(String metadata) throws IOException {
		try (InputStream stream = classes().resolve(metadata).toURL().openStream()) {
			return new ArrayList<>(JsonMapper.shared().readTree(stream).get("properties").values());
		}
	}

}
