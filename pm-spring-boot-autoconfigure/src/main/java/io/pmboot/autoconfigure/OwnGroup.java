package io.pmboot.autoconfigure;

import java.util.Map;

import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * What a worker's own configuration says of its group. That of the version which it runs:
 * the master has read that of another, perhaps.
 */
final class OwnGroup {

	private OwnGroup() {
	}

	static GroupProperties properties(Environment environment) {
		WorkerConnection connection = WorkerConnection.current();
		String group = (connection != null) ? connection.welcome().group() : "";
		Map<String, GroupProperties> groups = Binder.get(environment)
			.bind("pm.groups", Bindable.mapOf(String.class, GroupProperties.class))
			.orElseGet(Map::of);
		return groups.entrySet()
			.stream()
			.filter((entry) -> PmPropertiesRules.name(entry.getKey()).equals(group))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseGet(GroupProperties::new);
	}

}
