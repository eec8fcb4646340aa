package io.pmboot.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.pmboot.GroupInfo;
import io.pmboot.Master;
import io.pmboot.UnknownGroupException;
import io.pmboot.actuate.PmStatus.GroupStatus;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Gives a group that does not exist its HTTP status.
 */
@EndpointWebExtension(endpoint = PmEndpoint.class)
class PmEndpointWebExtension {

	private final Master master;

	PmEndpointWebExtension(Master master) {
		this.master = master;
	}

	/**
	 * One group.
	 * @param group the group's name
	 * @return its status, or 404 with the names that there are
	 */
	@ReadOperation
	WebEndpointResponse<?> group(@Selector String group) {
		try {
			return new WebEndpointResponse<>(GroupStatus.named(this.master.group(group)));
		}
		catch (UnknownGroupException ex) {
			return new WebEndpointResponse<>(OperationResponseBody.of(unknownGroup(this.master, ex)),
					WebEndpointResponse.STATUS_NOT_FOUND);
		}
	}

	static Map<String, Object> unknownGroup(Master master, UnknownGroupException ex) {
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("error", String.valueOf(ex.getMessage()));
		body.put("groups", master.groups().stream().map(GroupInfo::name).toList());
		return body;
	}

}
