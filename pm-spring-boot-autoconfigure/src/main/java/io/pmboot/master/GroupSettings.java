package io.pmboot.master;

import java.time.Duration;
import java.util.List;

import io.pmboot.process.WorkerLaunch;
import io.pmboot.settings.GroupProperties;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.socket.ListenAddress;

/**
 * A group as the master runs it: its name, and what its properties say.
 *
 * @param name the group's name
 * @param properties its properties, valid
 * @param heartbeatInterval how often a worker sends a heartbeat
 */
public record GroupSettings(String name, GroupProperties properties, Duration heartbeatInterval) {

	List<ListenAddress> listen() {
		return this.properties.listen();
	}

	int children() {
		return this.properties.children().count();
	}

	/**
	 * What its workers have beyond what the master has.
	 * @return the program
	 */
	public WorkerLaunch.Program program() {
		return new WorkerLaunch.Program(this.properties.profiles(), this.properties.jvmOptions(),
				this.properties.arguments(), this.properties.environment(), this.properties.mainClass(),
				(this.properties.application() != null) ? this.properties.application().toPath() : null);
	}

	Duration startTimeout() {
		return this.properties.startTimeout();
	}

	Duration terminateTimeout() {
		return this.properties.terminateTimeout();
	}

	Reload reload() {
		return this.properties.reload();
	}

}
