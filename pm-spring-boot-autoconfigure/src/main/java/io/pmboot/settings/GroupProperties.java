package io.pmboot.settings;

import java.io.File;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.pmboot.ReloadOptions;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketAccess;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * One group of workers.
 *
 * @param listen Addresses to listen on, each a port, host:port, [IPv6 address]:port or
 * unix:/path. Port 0 takes any free port. Without one, the workers serve nothing.
 * @param children Number of workers, or 'auto' for the number of available processors.
 * @param profiles Profiles to activate in the workers, after the master's, 'worker' and
 * the group's name.
 * @param jvmOptions Options to add to the JVM of the workers.
 * @param arguments Arguments to add to the application's in the workers.
 * @param environment Environment variables to add to the master's in the workers.
 * @param mainClass Another main class of the same application, for the workers to run.
 * The master's own by default.
 * @param application Path of another executable jar that has the starter, for the workers
 * to run. The master's own application by default.
 * @param maxFatalRestart Number of fatal exits, within nine tenths of the pause, after
 * which the group gives up.
 * @param pauseAfterFatal Pause before a group that has given up forks again.
 * @param maxHeartbeatLost Number of heartbeats in a row that a ready worker may miss
 * before it is judged hung and replaced; 0 never judges.
 * @param maxGcPercent Percentage of the time that garbage collection may take, for three
 * heartbeats in a row, before a ready worker is judged hung and replaced; 0 does not
 * judge by it.
 * @param maxRequestTime Longest time that a request may hold a thread before it is logged
 * with what that does; a worker all of whose request threads are held for longer is
 * replaced. 0 does not look.
 * @param startTimeout Longest time that a worker may take from its fork until it is
 * ready.
 * @param terminateTimeout Longest time that requests in flight may run when a worker is
 * stopped.
 * @param serialStart Whether the workers of the group are started one at a time, the next
 * when the last is ready or dead.
 * @param reload how it is reloaded
 * @param drain how a worker lets its connections go
 * @param warmUp requests by which a worker warms itself up
 * @param recycle when a worker is replaced by a fresh one
 * @param mayReload Groups that the application in a worker of this one may have reloaded.
 * @param unixSocket the files of the unix sockets that it listens on
 */
@ConfigurationPropertiesSource
public record GroupProperties(@DefaultValue List<ListenAddress> listen, @DefaultValue("2") Children children,
		@DefaultValue List<String> profiles, @DefaultValue List<String> jvmOptions,
		@DefaultValue List<String> arguments, @DefaultValue Map<String, String> environment, @Nullable String mainClass,
		@Nullable File application, @DefaultValue("5") int maxFatalRestart,
		@DefaultValue("60s") Duration pauseAfterFatal, @DefaultValue("15") int maxHeartbeatLost,
		@DefaultValue("90") int maxGcPercent, @DefaultValue("0s") Duration maxRequestTime,
		@DefaultValue("120s") Duration startTimeout, @DefaultValue("30s") Duration terminateTimeout,
		@DefaultValue("false") boolean serialStart, @DefaultValue Reload reload, @DefaultValue Drain drain,
		@DefaultValue WarmUp warmUp, @DefaultValue Recycle recycle, @DefaultValue List<String> mayReload,
		@NestedConfigurationProperty @DefaultValue SocketAccess unixSocket) {

	public GroupProperties {
		listen = List.copyOf(listen);
		profiles = List.copyOf(profiles);
		jvmOptions = List.copyOf(jvmOptions);
		arguments = List.copyOf(arguments);
		environment = Collections.unmodifiableMap(new LinkedHashMap<>(environment));
		mayReload = mayReload.stream().map((name) -> name.trim().toLowerCase(Locale.ROOT)).toList();
	}

	/**
	 * Over how long a drain spreads the end of connections that last: it leaves time for
	 * the farewells.
	 * @return half of the time that a drain may take, at most
	 */
	public Duration drainSpread() {
		Duration longest = this.reload.drainTimeout().dividedBy(2);
		return (this.drain.spread().compareTo(longest) < 0) ? this.drain.spread() : longest;
	}

	/**
	 * How one reload of the group goes.
	 * @param options what it is to have otherwise than the group
	 * @return the settings of that reload
	 * @throws IllegalArgumentException where an option is out of range, saying which
	 */
	public Reload reload(ReloadOptions options) {
		Duration observe = options.observe();
		if (observe != null && observe.isNegative()) {
			throw new IllegalArgumentException("'observe' must not be negative, as %s is".formatted(observe));
		}
		Surge maxSurge = surge("maxSurge", options.maxSurge());
		return new Reload((maxSurge != null) ? maxSurge : this.reload.maxSurge,
				(observe != null) ? observe : this.reload.observe, this.reload.drainTimeout, this.reload.pause,
				this.reload.waitForDrain, this.reload.order, this.reload.maxDraining, this.reload.healthGroup,
				this.reload.maxErrorIncrease, this.reload.maxLatencyIncrease, canary(options), this.reload.holdTimeout);
	}

	private @Nullable Surge canary(ReloadOptions options) {
		Surge canary = surge("canary", options.canary());
		if (Boolean.FALSE.equals(options.hold())) {
			if (canary != null) {
				throw new IllegalArgumentException(
						"'hold' must not be false where there is a 'canary', after which it would hold");
			}
			return null;
		}
		if (canary == null && this.reload.canary == null && Boolean.TRUE.equals(options.hold())) {
			return new Surge(1, false);
		}
		return (canary != null) ? canary : this.reload.canary;
	}

	private static @Nullable Surge surge(String name, @Nullable String text) {
		try {
			return (text != null) ? Surge.of(text) : null;
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException("'%s' %s, not %s".formatted(name, ex.getMessage(), text), ex);
		}
	}

	/**
	 * How a group is reloaded.
	 *
	 * @param maxSurge Number of slots that are replaced at a time, or a percentage of
	 * them such as 25%.
	 * @param observe Time for which a successor that accepts is observed, its predecessor
	 * still beside it; 0 does not observe.
	 * @param drainTimeout Longest time that a predecessor may take to empty: requests in
	 * flight, and idle connections that end by their own time-out.
	 * @param pause Pause before the next slots are replaced.
	 * @param waitForDrain Whether the predecessors must have exited before the next slots
	 * are replaced.
	 * @param order Which of the two of a slot comes first: a successor is started before
	 * its predecessor is stopped or after it, or is ready before and active after it.
	 * @param maxDraining Number of reloads whose predecessors may drain at the same time;
	 * one more is refused until the oldest has ended.
	 * @param healthGroup Health group of the application that must be UP before a worker
	 * is ready.
	 * @param maxErrorIncrease Percentage points by which more of a new version's answers
	 * may fail than of the one before, while it is observed; 'off' does not judge it by
	 * its answers.
	 * @param maxLatencyIncrease Percentage by which the 95th percentile of a new
	 * version's latency may be above that of the one before, while it is observed; 'off'
	 * does not judge it by that.
	 * @param canary Number of slots that are replaced first, or a percentage of them such
	 * as 10%; then the reload holds until it is promoted or cancelled. Without one it
	 * does not hold.
	 * @param holdTimeout Longest time that a reload may hold before it goes back by
	 * itself; 0 for as long as nobody decides.
	 */
	public record Reload(@DefaultValue("1") Surge maxSurge, @DefaultValue("10s") Duration observe,
			@DefaultValue("75s") Duration drainTimeout, @DefaultValue("0s") Duration pause,
			@DefaultValue("false") boolean waitForDrain, @DefaultValue("start-first") Order order,
			@DefaultValue("2") int maxDraining, @Nullable String healthGroup,
			@DefaultValue("10") Increase maxErrorIncrease, @DefaultValue("off") Increase maxLatencyIncrease,
			@Nullable Surge canary, @DefaultValue("24h") Duration holdTimeout) {

		/**
		 * Which of the two of a slot comes first, predecessor or successor.
		 */
		public enum Order {

			/** The predecessor serves until its successor has been observed. */
			START_FIRST,

			/**
			 * The predecessor drains when its successor is ready, which is activated when
			 * nothing of the predecessor is in flight any more: never are both active.
			 */
			HANDOVER,

			/** The predecessor exits before its successor is forked. */
			STOP_FIRST

		}

	}

	/**
	 * How a worker lets its connections go. Read by the worker.
	 *
	 * @param spread Time over which a reload spreads the end of WebSocket connections and
	 * event streams, so that their clients do not all come back at once; 0 ends them
	 * together.
	 */
	public record Drain(@DefaultValue("5s") Duration spread) {
	}

	/**
	 * Requests by which a worker warms itself up. Read by the worker.
	 *
	 * @param paths Paths, with a query where they need one, that a worker requests of
	 * itself before it is ready.
	 * @param requests Number of times that each path is requested.
	 * @param duration Time for which the paths are requested, in place of a number of
	 * times.
	 * @param concurrency Number of requests at the same time.
	 * @param headers Headers of each of these requests.
	 */
	public record WarmUp(@DefaultValue List<String> paths, @DefaultValue("100") int requests,
			@Nullable Duration duration, @DefaultValue("2") int concurrency,
			@DefaultValue Map<String, String> headers) {

		public WarmUp {
			paths = List.copyOf(paths);
			headers = Map.copyOf(headers);
		}

	}

	/**
	 * When a worker is replaced by a fresh one, successor first. Each worker has limits
	 * of its own, up to a tenth below these.
	 *
	 * @param requests Number of requests after which a worker is replaced by a fresh one;
	 * 0 does not count them.
	 * @param age Time from when a worker was ready after which it is replaced by a fresh
	 * one; 0 for as long as it lives.
	 * @param memory Resident size at which a worker is replaced by a fresh one; 0 for any
	 * size.
	 */
	public record Recycle(@DefaultValue("0") long requests, @DefaultValue("0s") Duration age,
			@DefaultValue("0B") DataSize memory) {

		/** Sooner after a worker was ready, none is replaced because of a limit. */
		public static final Duration SOONEST = Duration.ofMinutes(1);

	}

}
