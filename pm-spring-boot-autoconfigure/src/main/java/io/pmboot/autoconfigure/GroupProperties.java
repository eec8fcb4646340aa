package io.pmboot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * One group of workers.
 *
 * @since 0.1
 */
@ConfigurationPropertiesSource
public class GroupProperties {

	/**
	 * Addresses to listen on, each a port, host:port or [IPv6 address]:port. Port 0 takes
	 * any free port. Without one, the workers serve nothing.
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

	public int getMaxHeartbeatLost() {
		return this.maxHeartbeatLost;
	}

	public void setMaxHeartbeatLost(int maxHeartbeatLost) {
		this.maxHeartbeatLost = maxHeartbeatLost;
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

}
