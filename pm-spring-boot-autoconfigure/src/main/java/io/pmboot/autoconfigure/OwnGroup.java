package io.pmboot.autoconfigure;

import io.pmboot.settings.GroupProperties;
import io.pmboot.worker.WorkerConnection;

import org.springframework.boot.context.properties.bind.BindHandler;
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
		// No group has the name of a role.
		String group = (connection != null) ? connection.welcome().group() : "worker";
		return Binder.get(environment)
			.bindOrCreate(GroupConfiguration.prefix(group), Bindable.of(GroupProperties.class), BindHandler.DEFAULT);
	}

}
