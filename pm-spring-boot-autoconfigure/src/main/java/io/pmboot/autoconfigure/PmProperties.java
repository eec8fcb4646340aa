package io.pmboot.autoconfigure;

import java.io.File;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.pmboot.master.GroupSettings;
import io.pmboot.settings.GroupProperties;
import io.pmboot.settings.MessageSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What users configure. Read by the master alone, and held to {@link PmPropertiesRules}.
 *
 * @param enabled Whether the profiles 'master' and 'worker' have their meaning. In tests,
 * they have it only where this is set to true there.
 * @param groups The groups of workers, by name.
 * @param master the master itself
 * @param worker every worker
 * @param message messages between workers and master
 * @param doctor what is warned of
 */
@ConfigurationProperties(prefix = "pm", ignoreUnknownFields = false)
record PmProperties(@DefaultValue("true") boolean enabled, @DefaultValue Map<String, GroupProperties> groups,
		@DefaultValue Master master, @DefaultValue Worker worker,
		@NestedConfigurationProperty @DefaultValue MessageSettings message, @DefaultValue Doctor doctor) {

	/** The groups in the order of their configuration, by their names as they count. */
	List<GroupSettings> groupSettings() {
		return this.groups.entrySet()
			.stream()
			.map((group) -> new GroupSettings(groupName(group.getKey()), group.getValue(),
					this.worker.heartbeatInterval()))
			.toList();
	}

	static String groupName(String written) {
		return written.trim().toLowerCase(Locale.ROOT);
	}

	/**
	 * The master itself.
	 *
	 * @param port Port of the master's Actuator; 0 takes any free port, and -1 takes
	 * none: the Actuator answers on the unix socket 'actuator.sock' in the run directory
	 * alone.
	 * @param address Address of every listener that does not name its own. All addresses,
	 * IPv6 and IPv4, by default.
	 * @param actuatorAddress Address of the master's Actuator. The loopback address by
	 * default.
	 * @param maxConnections How many connections the master's Actuator has at a time;
	 * further ones wait.
	 * @param allowRemote Whether the master's Actuator may have another address than
	 * loopback, where whoever reaches it can stop and reload groups, by plain HTTP.
	 * @param allowedUsers Users of this machine, by name or number, who may reload, stop
	 * or change anything else through the master's Actuator on loopback, besides the
	 * master's own user and root; '*' for everybody.
	 * @param runDirectory Directory for the control socket, for the user of the master
	 * alone. By default $RUNTIME_DIRECTORY, otherwise one below java.io.tmpdir, by user
	 * and application.
	 * @param pidFile File that holds the master's process id while it runs. Locked, so
	 * that a second master on the same file is refused.
	 * @param statusFile File that tells of each worker in a line, written anew at
	 * intervals.
	 * @param statusInterval How often the status file is written.
	 * @param autoConfiguration its auto-configurations
	 * @param output where the output of master and workers goes
	 */
	record Master(@DefaultValue("8079") int port, @Nullable InetAddress address, @Nullable InetAddress actuatorAddress,
			@DefaultValue("64") int maxConnections, @DefaultValue("false") boolean allowRemote,
			@DefaultValue List<String> allowedUsers, @Nullable File runDirectory, @Nullable File pidFile,
			@Nullable File statusFile, @DefaultValue("1s") Duration statusInterval,
			@DefaultValue AutoConfiguration autoConfiguration, @DefaultValue Output output) {

		@Override
		public InetAddress actuatorAddress() {
			return (this.actuatorAddress != null) ? this.actuatorAddress : InetAddress.getLoopbackAddress();
		}

		boolean isPortOff() {
			return this.port == -1;
		}

	}

	/**
	 * The auto-configurations of the master.
	 *
	 * @param include Auto-configurations that the master has beside those that it needs:
	 * packages, or names of auto-configuration classes.
	 */
	record AutoConfiguration(@DefaultValue List<String> include) {
	}

	/**
	 * Where the output of master and workers goes.
	 *
	 * @param whenBlocked What becomes of the workers' output while nobody reads the
	 * master's: the workers wait, or lines are dropped and counted once nobody has read
	 * for 5 s.
	 */
	record Output(@DefaultValue("wait") WhenBlocked whenBlocked) {
	}

	/**
	 * What becomes of the workers' output while nobody reads the master's.
	 */
	enum WhenBlocked {

		/** Workers wait in whatever they write. */
		WAIT,

		/** Lines are dropped and counted. */
		DROP

	}

	/**
	 * What is warned of.
	 *
	 * @param ignore Names of findings that master and workers do not tell, as the
	 * warnings and the endpoint have them.
	 */
	record Doctor(@DefaultValue Set<String> ignore) {
	}

	/**
	 * Every worker.
	 *
	 * @param heartbeatInterval How often a worker tells the master that it lives, and how
	 * it is.
	 */
	record Worker(@DefaultValue("2s") Duration heartbeatInterval) {
	}

}
