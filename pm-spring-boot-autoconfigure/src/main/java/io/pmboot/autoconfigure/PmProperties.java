package io.pmboot.autoconfigure;

import java.io.File;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.pmboot.master.MessageSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * What users configure. Read by the master alone. Validates itself: Bean Validation would
 * be a library more in each application, where its mere presence changes Boot's
 * behaviour.
 *
 * @since 0.1
 */
@ConfigurationProperties(prefix = "pm", ignoreUnknownFields = false)
public class PmProperties implements Validator {

	/**
	 * Whether the profiles 'master' and 'worker' have their meaning. In tests, they have
	 * it only where this is set to true there.
	 */
	private boolean enabled = true;

	/**
	 * The groups of workers, by name.
	 */
	private final Map<String, GroupProperties> groups = new LinkedHashMap<>();

	private final Master master;

	private final Worker worker;

	private final Message message;

	private final Collection<String> masterProfiles;

	private final boolean newVersion;

	PmProperties() {
		this(List.of());
	}

	PmProperties(Collection<String> masterProfiles) {
		this(masterProfiles, new Master(), new Worker(), new Message(), false);
	}

	// With groups of their own, which a new version of the application has.
	PmProperties(Collection<String> masterProfiles, PmProperties other) {
		this(masterProfiles, other.master, other.worker, other.message, true);
	}

	private PmProperties(Collection<String> masterProfiles, Master master, Worker worker, Message message,
			boolean newVersion) {
		this.newVersion = newVersion;
		this.masterProfiles = masterProfiles;
		this.master = master;
		this.worker = worker;
		this.message = message;
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Map<String, GroupProperties> getGroups() {
		return this.groups;
	}

	public Master getMaster() {
		return this.master;
	}

	public Worker getWorker() {
		return this.worker;
	}

	public Message getMessage() {
		return this.message;
	}

	@Override
	public boolean supports(Class<?> type) {
		return PmProperties.class.isAssignableFrom(type);
	}

	@Override
	public void validate(Object target, Errors errors) {
		new PmPropertiesRules(errors, this.masterProfiles, this.newVersion).check((PmProperties) target);
	}

	/**
	 * The master itself.
	 */
	public static class Master {

		/**
		 * Port of the master's Actuator; 0 takes any free port, and -1 takes none: the
		 * Actuator answers on the unix socket 'actuator.sock' in the run directory alone.
		 */
		private int port = 8079;

		/**
		 * Address of every listener that does not name its own. All addresses, IPv6 and
		 * IPv4, by default.
		 */
		private @Nullable InetAddress address;

		/**
		 * Address of the master's Actuator. The loopback address by default.
		 */
		private InetAddress actuatorAddress = InetAddress.getLoopbackAddress();

		/**
		 * How many connections the master's Actuator has at a time; further ones wait.
		 */
		private int maxConnections = 64;

		/**
		 * Whether the master's Actuator may have another address than loopback, where
		 * whoever reaches it can stop and reload groups, by plain HTTP.
		 */
		private boolean allowRemote;

		/**
		 * Users of this machine, by name or number, who may reload, stop or change
		 * anything else through the master's Actuator on loopback, besides the master's
		 * own user and root; '*' for everybody.
		 */
		private List<String> allowedUsers = new ArrayList<>();

		/**
		 * Directory for the control socket, for the user of the master alone. By default
		 * $RUNTIME_DIRECTORY, otherwise one below java.io.tmpdir, by user and
		 * application.
		 */
		private @Nullable File runDirectory;

		/**
		 * File that holds the master's process id while it runs. Locked, so that a second
		 * master on the same file is refused.
		 */
		private @Nullable File pidFile;

		/**
		 * File that tells of each worker in a line, written anew at intervals.
		 */
		private @Nullable File statusFile;

		/**
		 * How often the status file is written.
		 */
		private Duration statusInterval = Duration.ofSeconds(1);

		private final AutoConfiguration autoConfiguration = new AutoConfiguration();

		private final Output output = new Output();

		public int getPort() {
			return this.port;
		}

		public void setPort(int port) {
			this.port = port;
		}

		boolean isPortOff() {
			return this.port == -1;
		}

		public @Nullable InetAddress getAddress() {
			return this.address;
		}

		public void setAddress(@Nullable InetAddress address) {
			this.address = address;
		}

		public InetAddress getActuatorAddress() {
			return this.actuatorAddress;
		}

		public void setActuatorAddress(InetAddress actuatorAddress) {
			this.actuatorAddress = actuatorAddress;
		}

		public int getMaxConnections() {
			return this.maxConnections;
		}

		public void setMaxConnections(int maxConnections) {
			this.maxConnections = maxConnections;
		}

		public boolean isAllowRemote() {
			return this.allowRemote;
		}

		public void setAllowRemote(boolean allowRemote) {
			this.allowRemote = allowRemote;
		}

		public List<String> getAllowedUsers() {
			return this.allowedUsers;
		}

		public void setAllowedUsers(List<String> allowedUsers) {
			this.allowedUsers = allowedUsers;
		}

		public @Nullable File getRunDirectory() {
			return this.runDirectory;
		}

		public void setRunDirectory(@Nullable File runDirectory) {
			this.runDirectory = runDirectory;
		}

		public @Nullable File getPidFile() {
			return this.pidFile;
		}

		public void setPidFile(@Nullable File pidFile) {
			this.pidFile = pidFile;
		}

		public @Nullable File getStatusFile() {
			return this.statusFile;
		}

		public void setStatusFile(@Nullable File statusFile) {
			this.statusFile = statusFile;
		}

		public Duration getStatusInterval() {
			return this.statusInterval;
		}

		public void setStatusInterval(Duration statusInterval) {
			this.statusInterval = statusInterval;
		}

		public AutoConfiguration getAutoConfiguration() {
			return this.autoConfiguration;
		}

		public Output getOutput() {
			return this.output;
		}

	}

	/**
	 * Where the output of master and workers goes.
	 */
	public static class Output {

		/**
		 * What becomes of the workers' output while nobody reads the master's: the
		 * workers wait, or lines are dropped and counted once nobody has read for 5 s.
		 */
		private WhenBlocked whenBlocked = WhenBlocked.WAIT;

		public WhenBlocked getWhenBlocked() {
			return this.whenBlocked;
		}

		public void setWhenBlocked(WhenBlocked whenBlocked) {
			this.whenBlocked = whenBlocked;
		}

	}

	/**
	 * What becomes of the workers' output while nobody reads the master's.
	 */
	public enum WhenBlocked {

		/** Workers wait in whatever they write. */
		WAIT,

		/** Lines are dropped and counted. */
		DROP

	}

	/**
	 * Every worker.
	 */
	public static class Worker {

		/**
		 * How often a worker tells the master that it lives, and how it is.
		 */
		private Duration heartbeatInterval = Duration.ofSeconds(2);

		public Duration getHeartbeatInterval() {
			return this.heartbeatInterval;
		}

		public void setHeartbeatInterval(Duration heartbeatInterval) {
			this.heartbeatInterval = heartbeatInterval;
		}

	}

	/**
	 * Messages between workers and master.
	 */
	public static class Message {

		/**
		 * Longest payload that a message may have, 1MB at most. A longer one is refused.
		 */
		private DataSize maxPayload = DataSize.ofMegabytes(1);

		/**
		 * How many messages may wait in one receiver. Further ones are refused.
		 */
		private int maxQueued = 10_000;

		public DataSize getMaxPayload() {
			return this.maxPayload;
		}

		public void setMaxPayload(DataSize maxPayload) {
			this.maxPayload = maxPayload;
		}

		public int getMaxQueued() {
			return this.maxQueued;
		}

		public void setMaxQueued(int maxQueued) {
			this.maxQueued = maxQueued;
		}

		MessageSettings settings() {
			return new MessageSettings((int) this.maxPayload.toBytes(), this.maxQueued);
		}

	}

	/**
	 * The auto-configurations of the master.
	 */
	public static class AutoConfiguration {

		/**
		 * Auto-configurations that the master has beside those that it needs: packages,
		 * or names of auto-configuration classes.
		 */
		private List<String> include = new ArrayList<>();

		public List<String> getInclude() {
			return this.include;
		}

		public void setInclude(List<String> include) {
			this.include = include;
		}

	}

}
