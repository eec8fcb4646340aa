package io.pmboot.autoconfigure;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * One group of workers.
 *
 * @since 0.1
 */
@ConfigurationPropertiesSource
public class GroupProperties {

	/**
	 * Addresses to listen on, each a port, host:port, [IPv6 address]:port or unix:/path.
	 * Port 0 takes any free port. Without one, the workers serve nothing.
	 */
	private List<String> listen = new ArrayList<>();

	/**
	 * Number of workers, or 'auto' for the number of available processors.
	 */
	private String children = "2";

	/**
	 * Profiles to activate in the workers, after the master's, 'worker' and the group's
	 * name.
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
	 * Another main class of the same application, for the workers to run. The master's
	 * own by default.
	 */
	private @Nullable String mainClass;

	/**
	 * Path of another executable jar that has the starter, for the workers to run. The
	 * master's own application by default.
	 */
	private @Nullable File application;

	/**
	 * Number of fatal exits, within nine tenths of the pause, after which the group gives
	 * up.
	 */
	private int maxFatalRestart = 5;

	/**
	 * Pause before a group that has given up forks again.
	 */
	private Duration pauseAfterFatal = Duration.ofSeconds(60);

	/**
	 * Number of heartbeats in a row that a ready worker may miss before it is judged hung
	 * and replaced; 0 never judges.
	 */
	private int maxHeartbeatLost = 15;

	/**
	 * Percentage of the time that garbage collection may take, for three heartbeats in a
	 * row, before a ready worker is judged hung and replaced; 0 does not judge by it.
	 */
	private int maxGcPercent = 95;

	/**
	 * Longest time that a request may hold a thread before it is logged with what that
	 * does; a worker all of whose request threads are held for longer is replaced. 0 does
	 * not look.
	 */
	private Duration maxRequestTime = Duration.ZERO;

	/**
	 * Longest time that a worker may take from its fork until it is ready.
	 */
	private Duration startTimeout = Duration.ofSeconds(120);

	/**
	 * Longest time that requests in flight may run when a worker is stopped.
	 */
	private Duration terminateTimeout = Duration.ofSeconds(30);

	/**
	 * Whether the workers of the group are started one at a time, the next when the last
	 * is ready or dead.
	 */
	private boolean serialStart;

	@NestedConfigurationProperty
	private final ReloadProperties reload = new ReloadProperties();

	@NestedConfigurationProperty
	private final DrainProperties drain = new DrainProperties();

	@NestedConfigurationProperty
	private final WarmUpProperties warmUp = new WarmUpProperties();

	private final UnixSocket unixSocket = new UnixSocket();

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

	public @Nullable String getMainClass() {
		return this.mainClass;
	}

	public void setMainClass(@Nullable String mainClass) {
		this.mainClass = mainClass;
	}

	public @Nullable File getApplication() {
		return this.application;
	}

	public void setApplication(@Nullable File application) {
		this.application = application;
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

	public int getMaxHeartbeatLost() {
		return this.maxHeartbeatLost;
	}

	public void setMaxHeartbeatLost(int maxHeartbeatLost) {
		this.maxHeartbeatLost = maxHeartbeatLost;
	}

	public int getMaxGcPercent() {
		return this.maxGcPercent;
	}

	public void setMaxGcPercent(int maxGcPercent) {
		this.maxGcPercent = maxGcPercent;
	}

	public Duration getMaxRequestTime() {
		return this.maxRequestTime;
	}

	public void setMaxRequestTime(Duration maxRequestTime) {
		this.maxRequestTime = maxRequestTime;
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

	public boolean isSerialStart() {
		return this.serialStart;
	}

	public void setSerialStart(boolean serialStart) {
		this.serialStart = serialStart;
	}

	public ReloadProperties getReload() {
		return this.reload;
	}

	public DrainProperties getDrain() {
		return this.drain;
	}

	// Leaves time for the farewells.
	Duration drainSpread() {
		Duration longest = this.reload.getDrainTimeout().dividedBy(2);
		return (this.drain.getSpread().compareTo(longest) < 0) ? this.drain.getSpread() : longest;
	}

	public WarmUpProperties getWarmUp() {
		return this.warmUp;
	}

	public UnixSocket getUnixSocket() {
		return this.unixSocket;
	}

	/**
	 * The files of the unix sockets that a group listens on.
	 */
	@ConfigurationPropertiesSource
	public static class UnixSocket {

		/**
		 * Permissions of the socket's file, which say who may connect: four octal digits,
		 * or of the form rw-rw----. In YAML, digits need quotes.
		 */
		private String mode = "0660";

		/**
		 * Owner of the socket's file: user, user:group or :group. The master's user and
		 * group by default.
		 */
		private String owner = "";

		public String getMode() {
			return this.mode;
		}

		public void setMode(String mode) {
			this.mode = mode;
		}

		public String getOwner() {
			return this.owner;
		}

		public void setOwner(String owner) {
			this.owner = owner;
		}

	}

}
