package io.pmboot.ready;

import java.nio.file.Path;
import java.util.Map;

import io.pmboot.WarmUp;
import io.pmboot.settings.WarmUpSettings;
import io.pmboot.web.PrivateConnector;
import io.pmboot.worker.ReadyCheck;

import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;

/**
 * The checks that there are. No bean, because an application may be without health.
 *
 * @since 0.1
 */
public final class ReadyChecks {

	private ReadyChecks() {
	}

	/**
	 * A health group of the application has to be UP.
	 * @param group the group of workers, for messages
	 * @param healthGroup the name of the health group
	 * @param endpoint tells the health
	 * @param groups the health groups that there are
	 * @return the check
	 */
	public static ReadyCheck healthGroup(String group, String healthGroup, HealthEndpoint endpoint,
			HealthEndpointGroups groups) {
		return new HealthGroupCheck(group, healthGroup, endpoint, groups);
	}

	/**
	 * The application's own beans have warmed it up.
	 * @param beans the beans by name, in their order
	 * @return the check
	 */
	public static ReadyCheck warmUpBeans(Map<String, WarmUp> beans) {
		return new WarmUpBeansCheck(beans);
	}

	/**
	 * The worker has answered requests that come from itself.
	 * @param group the group of workers, for messages
	 * @param settings what is requested
	 * @param connector the way into the web server
	 * @param runDirectory where the socket is to be, which nobody else may enter
	 * @return the check
	 */
	public static ReadyCheck warmUpRequests(String group, WarmUpSettings settings, PrivateConnector connector,
			Path runDirectory) {
		return new WarmUpRequestsCheck(group, settings, connector, runDirectory);
	}

}
