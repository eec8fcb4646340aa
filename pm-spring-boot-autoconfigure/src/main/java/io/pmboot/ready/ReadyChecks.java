package io.pmboot.ready;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

import io.pmboot.StartFailedException;
import io.pmboot.WarmUp;
import io.pmboot.settings.GroupProperties;
import io.pmboot.web.PrivateConnector;
import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.health.actuate.endpoint.CompositeHealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;
import org.springframework.util.ClassUtils;

/**
 * The checks that there are.
 */
public final class ReadyChecks {

	/** An application may be without. */
	private static final String HEALTH = "org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups";

	/** No event tells that a health changes. */
	private static final Duration EVERY = Duration.ofSeconds(1);

	private ReadyChecks() {
	}

	/**
	 * A health group of the application has to be UP.
	 * @param group the group of workers, for messages
	 * @param healthGroup the name of the health group
	 * @param beans has what tells the health, if the application tells any
	 * @return the check
	 */
	public static ReadyCheck healthGroup(String group, String healthGroup, BeanFactory beans) {
		if (!ClassUtils.isPresent(HEALTH, null)) {
			throw noHealth(group);
		}
		HealthEndpoint endpoint = beans.getBeanProvider(HealthEndpoint.class).getIfAvailable();
		HealthEndpointGroups groups = beans.getBeanProvider(HealthEndpointGroups.class).getIfAvailable();
		if (endpoint == null || groups == null) {
			throw noHealth(group);
		}
		return (waiting) -> {
			if (!groups.getNames().contains(healthGroup)) {
				throw new ReadyCheckException(
						"pm.groups.%s.reload.health-group names the health group '%s', which this application does not have; it has: %s."
							.formatted(group, healthGroup, String.join(", ", groups.getNames())),
						"Define it by management.endpoint.health.group.%s.include, or name another."
							.formatted(healthGroup),
						null);
			}
			String told = "";
			HealthDescriptor health = health(group, healthGroup, endpoint);
			while (!Status.UP.equals(health.getStatus())) {
				String state = "health group '%s' is %s".formatted(healthGroup, describe(health));
				if (!state.equals(told)) {
					waiting.accept(state);
					told = state;
				}
				Thread.sleep(EVERY.toMillis());
				health = health(group, healthGroup, endpoint);
			}
		};
	}

	private static StartFailedException noHealth(String group) {
		return new StartFailedException(
				"pm.groups.%s.reload.health-group is set, and this application tells no health.".formatted(group),
				"Add spring-boot-starter-actuator, and leave the endpoint 'health' enabled and exposed; or remove the property.",
				null);
	}

	private static HealthDescriptor health(String group, String healthGroup, HealthEndpoint endpoint)
			throws ReadyCheckException {
		HealthDescriptor health = endpoint.healthForPath(healthGroup);
		if (health == null) {
			throw new ReadyCheckException(
					"pm.groups.%s.reload.health-group names the health group '%s', and nothing in that tells a health."
						.formatted(group, healthGroup),
					"Name what is in it by management.endpoint.health.group.%s.include.".formatted(healthGroup), null);
		}
		return health;
	}

	private static String describe(HealthDescriptor health) {
		Map<String, HealthDescriptor> components = (health instanceof CompositeHealthDescriptor composite
				&& composite.getComponents() != null) ? new TreeMap<>(composite.getComponents()) : Map.of();
		String others = components.entrySet()
			.stream()
			.filter((component) -> !Status.UP.equals(component.getValue().getStatus()))
			.map((component) -> component.getKey() + " " + component.getValue().getStatus())
			.collect(Collectors.joining(", "));
		return others.isEmpty() ? health.getStatus().toString() : "%s (%s)".formatted(health.getStatus(), others);
	}

	/**
	 * The application's own beans have warmed it up.
	 * @param beans the beans by name, in their order
	 * @return the check
	 */
	public static ReadyCheck warmUpBeans(Map<String, WarmUp> beans) {
		return (waiting) -> {
			for (Map.Entry<String, WarmUp> bean : beans.entrySet()) {
				waiting.accept("bean '%s' warms up".formatted(bean.getKey()));
				try {
					bean.getValue().warmUp();
				}
				catch (InterruptedException ex) {
					throw ex;
				}
				catch (Exception ex) {
					throw new ReadyCheckException(
							"Bean '%s' failed to warm this worker up: %s".formatted(bean.getKey(), ex),
							"See to the cause; or let the bean catch what does not keep a worker from serving.", ex);
				}
			}
		};
	}

	/**
	 * The worker has answered requests that come from itself.
	 * @param group the group of workers, for messages
	 * @param settings what is requested
	 * @param connector the way into the web server
	 * @param runDirectory where the socket is to be, which nobody else may enter
	 * @return the check
	 */
	public static ReadyCheck warmUpRequests(String group, GroupProperties.WarmUp settings, PrivateConnector connector,
			Path runDirectory) {
		return new WarmUpRequestsCheck(group, settings, connector, runDirectory);
	}

}
