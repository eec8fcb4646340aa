package io.pmboot.actuate;

import io.pmboot.Master;
import io.pmboot.UnknownGroupException;
import io.pmboot.actuate.PmStatus.GroupStatus;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Actuator endpoint {@code pm} of the master: what runs, and why it is in that state.
 * What it changes is not the same over HTTP and JMX, and stands in the part for each.
 *
 * @since 0.1
 * @see PmEndpointJmxExtension
 * @see PmWebMvcHandlerMapping
 * @see PmWebFluxHandlerMapping
 */
@Endpoint(id = PmEndpoint.ID)
class PmEndpoint {

	/** The id of the endpoint. */
	public static final String ID = "pm";

	private final Master master;

	PmEndpoint(Master master) {
		this.master = master;
	}

	/**
	 * The master and all groups.
	 * @return their status
	 */
	@ReadOperation
	PmStatus status() {
		return PmStatus.of(this.master);
	}

	/**
	 * One group.
	 * @param group the group's name
	 * @return its status
	 * @throws UnknownGroupException where there is none of this name
	 */
	@ReadOperation
	GroupStatus group(@Selector String group) {
		return GroupStatus.named(this.master.group(group));
	}

}
