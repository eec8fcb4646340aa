package io.pmboot.env;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WorkerDefaults}: what tells workers apart.
 */
class WorkerIdentityTests {

	private static final String INSTANCE_ID = "spring.application.instance_id";

	private static final String ECS_NODE = "logging.structured.ecs.service.node-name";

	private static final String ATTRIBUTES = "management.opentelemetry.resource-attributes";

	@Test
	void noTwoWorkersAreTakenForOneNorPredecessorAndSuccessor() {
		for (String name : new String[] { INSTANCE_ID, ECS_NODE, ATTRIBUTES + ".service.instance.id" }) {
			assertThat(identity(0, 7, Map.of()).getProperty(name)).isEqualTo("web-0-7")
				.isNotEqualTo(identity(1, 7, Map.of()).getProperty(name))
				.isNotEqualTo(identity(0, 8, Map.of()).getProperty(name));
		}
	}

	@Test
	void allWorkersAreOneServiceForTelemetry() {
		assertThat(attributes(identity(0, 7, Map.of()))).containsEntry("service.instance.id", "web-0-7")
			.containsEntry("service.namespace", "");
		assertThat(attributes(identity(0, 7, Map.of("spring.application.group", "shop"))))
			.doesNotContainKey("service.namespace");
	}

	@ParameterizedTest
	@ValueSource(strings = { INSTANCE_ID, ECS_NODE, ATTRIBUTES + ".service.instance.id",
			ATTRIBUTES + "[service.instance.id]", ATTRIBUTES + ".service.namespace" })
	void whatTheApplicationSetsStays(String name) {
		StandardEnvironment environment = identity(0, 7, Map.of(name, "own"));
		assertThat(environment.getProperty(name)).isEqualTo("own");
		if (name.startsWith(ATTRIBUTES)) {
			assertThat(attributes(environment)).containsValue("own");
		}
	}

	@Test
	void whatTheVariableOfOpenTelemetrySetsStays() {
		assertThat(attributes(
				identity(0, 7, Map.of("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=own,service.namespace=shop"))))
			.isEmpty();
	}

	@Test
	void aWorkerHasIt() {
		StandardEnvironment environment = new StandardEnvironment();
		WorkerDefaults.apply(new WorkerFiles(environment, "web", 1, () -> 0));
		assertThat(environment.getProperty(INSTANCE_ID)).isEqualTo("web-1-" + ProcessHandle.current().pid());
	}

	private static StandardEnvironment identity(int index, long pid, Map<String, Object> configured) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("application", configured));
		Map<String, Object> properties = WorkerDefaults.identity("web", index, pid, environment);
		environment.getPropertySources().addFirst(new MapPropertySource("pmWorker", properties));
		return environment;
	}

	private static Map<String, String> attributes(StandardEnvironment environment) {
		return Binder.get(environment).bind(ATTRIBUTES, Bindable.mapOf(String.class, String.class)).orElseGet(Map::of);
	}

}
