package io.pmboot.ready;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;

import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;

/**
 * A health group of the application has to be UP.
 */
final class HealthGroupCheck implements ReadyCheck {

	/** No event tells that a health changes. */
	static final Duration EVERY = Duration.ofSeconds(1);

	private final String group;

	private final String healthGroup;

	private final HealthEndpoint endpoint;

	private final HealthEndpointGroups groups;

	/**
	 * Creates the check.
	 * @param group the group of workers, for messages
	 * @param healthGroup the name of the health group
	 * @param endpoint tells the health
	 * @param groups the health groups that there are
	 */
	HealthGroupCheck(String group, String healthGroup, HealthEndpoint endpoint, HealthEndpointGroups groups) {
		this.group = group;
		this.healthGroup = healthGroup;
		this.endpoint = endpoint;
		this.groups = groups;
	}

	@Override
	public void pass(Consumer<String> waiting) throws ReadyCheckException, InterruptedException {
		if (!this.groups.getNames().contains(this.healthGroup)) {
			throw new ReadyCheckException(
					"pm.groups.%s.reload.health-group names the health group '%s', which this application does not have; it has: %s."
						.formatted(this.group, this.healthGroup, String.join(", ", this.groups.getNames())),
					"Define it by management.endpoint.health.group.%s.include, or name another."
						.formatted(this.healthGroup),
					null);
		}
		String told = "";
		for (HealthDescriptor health = health(); !Status.UP.equals(health.getStatus()); health = health()) {
			String state = describe(health);
			if (!state.equals(told)) {
				waiting.accept(state);
				told = state;
			}
			Thread.sleep(EVERY.toMillis());
		}
	}

	private HealthDescriptor health() throws ReadyCheckException {
		HealthDescriptor health = this.endpoint.healthForPath(this.healthGroup);
		if (health == null) {
			throw new ReadyCheckException(
					"pm.groups.%s.reload.health-group names the health group '%s', and nothing in that tells a health."
						.formatted(this.group, this.healthGroup),
					"Name what is in it by management.endpoint.health.group.%s.include.".formatted(this.healthGroup),
					null);
		}
		return health;
	}

	private String describe(HealthDescriptor health) {
		Map<String, HealthDescriptor> components = (health instanceof CompositeHealthDescriptor composite
				&& composite.getComponents() != null) ? new TreeMap<>(composite.getComponents()) : Map.of();
		String others = components.entrySet()
			.stream()
			.filter((component) -> !Status.UP.equals(component.getValue().getStatus()))
			.map((component) -> component.getKey() + " " + component.getValue().getStatus())
			.collect(Collectors.joining(", "));
		return "health group '%s' is %s%s".formatted(this.healthGroup, health.getStatus(),
				others.isEmpty() ? "" : " (" + others + ")");
	}

}
