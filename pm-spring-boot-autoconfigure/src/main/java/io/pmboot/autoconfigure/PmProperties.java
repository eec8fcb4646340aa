package io.pmboot.autoconfigure;

import java.io.File;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

/**
 * What users configure. Read by the master alone. Validates itself: Bean Validation would
 * be a library more in each application, where its mere presence changes Boot's
 * behaviour.
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
	private final Map<String, Group> groups = new LinkedHashMap<>();

	private final Master master = new Master();

	private final Collection<String> masterProfiles;

	PmProperties() {
		this(List.of());
	}

	PmProperties(Collection<String> masterProfiles) {
		this.masterProfiles = masterProfiles;
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Map<String, Group> getGroups() {
		return this.groups;
	}

	public Master getMaster() {
		return this.master;
	}

	@Override
	public boolean supports(Class<?> type) {
		return PmProperties.class.isAssignableFrom(type);
	}

	@Override
	public void validate(Object target, Errors errors) {
		new PmPropertiesRules(errors, this.masterProfiles).check((PmProperties) target);
	}

	/**
	 * One group of workers.
	 */
	@ConfigurationPropertiesSource
	public static class Group {

		/**
		 * Addresses to listen on, each a port, host:port or [IPv6 address]:port. Port 0
		 * takes any free port. Without one, the workers serve nothing.
		 */
		private List<String> listen = new ArrayList<>();

		/**
		 * Number of workers, or 'auto' for the number of available processors.
		 */
		private String children = "2";

		/**
		 * Profiles to activate in the workers, after the master's, 'worker' and the
		 * group's name.
		 */
		private List<String> profiles = new ArrayList<>();

		/**
		 * Options to add to the JVM of the workers.
		 */
		private List<String> jvmOptions = new ArrayList<>();

		/**
		 * Arguments to add to the application's in the workers.
		 */
		private List<String> arguments = new ArrayList<>();

		/**
		 * Environment variables to add to the master's in the workers.
		 */
		private Map<String, String> environment = new LinkedHashMap<>();

		/**
		 * Number of fatal exits, within nine tenths of the pause, after which the group
		 * gives up.
		 */
		private int maxFatalRestart = 5;

		/**
		 * Pause before a group that has given up forks again.
		 */
		private Duration pauseAfterFatal = Duration.ofSeconds(60);

		/**
		 * Longest time that a worker may take from its fork until it is ready.
		 */
		private Duration startTimeout = Duration.ofSeconds(120);

		/**
		 * Longest time that requests in flight may run when a worker is stopped.
		 */
		private Duration terminateTimeout = Duration.ofSeconds(30);

		private final Reload reload = new Reload();

		public List<String> getListen() {
			return this.listen;
		}

		public void setListen(List<String> listen) {
			this.listen = listen;
		}

		public String getChildren() {
			return this.children;
		}

		public void setChildren(String children) {
			this.children = children;
		}

		public List<String> getProfiles() {
			return this.profiles;
		}

		public void setProfiles(List<String> profiles) {
			this.profiles = profiles;
		}

		public List<String> getJvmOptions() {
			return this.jvmOptions;
		}

		public void setJvmOptions(List<String> jvmOptions) {
			this.jvmOptions = jvmOptions;
		}

		public List<String> getArguments() {
			return this.arguments;
		}

		public void setArguments(List<String> arguments) {
			this.arguments = arguments;
		}

		public Map<String, String> getEnvironment() {
			return this.environment;
		}

		public void setEnvironment(Map<String, String> environment) {
			this.environment = environment;
		}

		public int getMaxFatalRestart() {
			return this.maxFatalRestart;
		}

		public void setMaxFatalRestart(int maxFatalRestart) {
			this.maxFatalRestart = maxFatalRestart;
		}

		public Duration getPauseAfterFatal() {
			return this.pauseAfterFatal;
		}

		public void setPauseAfterFatal(Duration pauseAfterFatal) {
			this.pauseAfterFatal = pauseAfterFatal;
		}

		public Duration getStartTimeout() {
			return this.startTimeout;
		}

		public void setStartTimeout(Duration startTimeout) {
			this.startTimeout = startTimeout;
		}

		public Duration getTerminateTimeout() {
			return this.terminateTimeout;
		}

		public void setTerminateTimeout(Duration terminateTimeout) {
			this.terminateTimeout = terminateTimeout;
		}

		public Reload getReload() {
			return this.reload;
		}

	}

	/**
	 * How a group is reloaded.
	 */
	@ConfigurationPropertiesSource
	public static class Reload {

		/**
		 * Longest time that a predecessor may take to empty: requests in flight, and idle
		 * connections that end by their own time-out.
		 */
		private Duration drainTimeout = Duration.ofSeconds(75);

		public Duration getDrainTimeout() {
			return this.drainTimeout;
		}

		public void setDrainTimeout(Duration drainTimeout) {
			this.drainTimeout = drainTimeout;
		}

	}

	/**
	 * The master itself.
	 */
	public static class Master {

		/**
		 * Port of the master's Actuator; 0 takes any free port.
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
		 * Directory for the control socket, for the user of the master alone. By default
		 * $RUNTIME_DIRECTORY, otherwise one below java.io.tmpdir, by user and
		 * application.
		 */
		private @Nullable File runDirectory;

		private final AutoConfiguration autoConfiguration = new AutoConfiguration();

		public int getPort() {
			return this.port;
		}

		public void setPort(int port) {
			this.port = port;
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

		public @Nullable File getRunDirectory() {
			return this.runDirectory;
		}

		public void setRunDirectory(@Nullable File runDirectory) {
			this.runDirectory = runDirectory;
		}

		public AutoConfiguration getAutoConfiguration() {
			return this.autoConfiguration;
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
