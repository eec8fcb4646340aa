package io.pmboot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.pmboot.actuate.OperatorPolicy;
import io.pmboot.autoconfigure.PmProperties.Master;
import io.pmboot.control.Frame;
import io.pmboot.process.WorkerLaunch.Program;
import io.pmboot.settings.GroupProperties;
import io.pmboot.socket.ListenAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.BindingResult;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;
import org.springframework.validation.Validator;

/**
 * What must hold for {@link PmProperties}. Reports everything that does not, not only the
 * first. By hand: Bean Validation would be a library more in each application, where its
 * mere presence changes Boot's behaviour.
 */
final class PmPropertiesRules implements Validator {

	private static final Set<String> RESERVED = Set.of("master", "worker", "default");

	private static final Set<String> ENDPOINT_WORDS = Set.of("reload", "reloads", "scale", "restart", "stop", "start",
			"rollback", "cancel", "promote", "logs", "history", "doctor", "ui", "workers");

	private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

	private static final int MAX_CONCURRENCY = 100;

	private final UnreadableValues unreadable;

	private final Collection<String> masterProfiles;

	private final @Nullable PmProperties started;

	private final List<FieldError> refused = new ArrayList<>();

	private final Map<String, String> seenNames = new HashMap<>();

	private final Map<ListenAddress, String> seenAddresses = new HashMap<>();

	private PmPropertiesRules(UnreadableValues unreadable, Collection<String> masterProfiles,
			@Nullable PmProperties started) {
		this.unreadable = unreadable;
		this.masterProfiles = masterProfiles;
		this.started = started;
	}

	/**
	 * Has properties checked while they are bound.
	 * @param handler binds them
	 * @param masterProfiles the active profiles of the master
	 * @param started what the master was started with, where these are the groups of a
	 * new version; otherwise {@code null}
	 * @return the handler to bind them by, once
	 */
	static BindHandler around(BindHandler handler, Collection<String> masterProfiles, @Nullable PmProperties started) {
		UnreadableValues unreadable = new UnreadableValues(handler);
		return new ValidationBindHandler(unreadable, new PmPropertiesRules(unreadable, masterProfiles, started));
	}

	@Override
	public boolean supports(Class<?> type) {
		return PmProperties.class.isAssignableFrom(type);
	}

	@Override
	public void validate(Object target, Errors errors) {
		this.unreadable.reasons()
			.forEach((property, reason) -> reject(property.getName().subName(1).toString(), property.getValue(),
					reason));
		check((PmProperties) target);
		this.refused.forEach(((BindingResult) errors)::addError);
	}

	private void check(PmProperties properties) {
		require(!properties.groups().isEmpty() || isRefused("groups."), "groups", "",
				"there is no group of workers; write at least one, for instance "
						+ "pm.groups.web.listen=8080 for two workers on port 8080");
		Master master = (this.started != null) ? this.started.master() : properties.master();
		checkMaster(master);
		requireInterval("worker.heartbeat-interval", properties.worker().heartbeatInterval());
		requireBetween("message.max-payload", properties.message().maxPayload(), DataSize.ofBytes(1),
				DataSize.ofBytes(Frame.Post.MAX_PAYLOAD), "must be from 1B to %dB".formatted(Frame.Post.MAX_PAYLOAD));
		requireAtLeastOne("message.max-queued", properties.message().maxQueued());
		properties.groups().forEach((name, group) -> {
			checkName(name);
			checkGroup("groups." + name + ".", group, master);
			checkMayReload("groups." + name + ".may-reload", group.mayReload(), properties);
		});
	}

	private void checkMaster(Master master) {
		requireAtLeastOne("master.max-connections", master.maxConnections());
		requireBetween("master.port", master.port(), -1, 65535, "must be a port from 0 to 65535, or -1 for none");
		require(master.actuatorAddress().isLoopbackAddress() || master.allowRemote(), "master.actuator-address",
				master.actuatorAddress().getHostAddress(),
				"whoever reaches this address could stop and reload the groups, by plain HTTP: leave it at loopback, "
						+ "or set pm.master.allow-remote=true if that is meant, in a network that you trust or "
						+ "with Spring Security in the master");
		try {
			new OperatorPolicy(master.allowedUsers(), (request) -> false);
		}
		catch (IllegalArgumentException ex) {
			reject("master.allowed-users", master.allowedUsers(), ex.getMessage());
		}
		requireInterval("master.status-interval", master.statusInterval());
		requireFile("master.pid-file", master.pidFile());
		requireFile("master.status-file", master.statusFile());
	}

	private void checkName(String written) {
		String name = PmProperties.groupName(written);
		requireName(name.matches("[a-z0-9][a-z0-9_-]*"), written,
				"it has to consist of letters, digits, '-' and '_', and to begin with a letter or a digit");
		requireName(!RESERVED.contains(name), written, "it has a meaning as a profile");
		requireName(RESERVED.contains(name) || !this.masterProfiles.contains(name), written,
				"it is an active profile of the master, so workers of every group have it");
		requireName(!ENDPOINT_WORDS.contains(name), written, "it is a word of the endpoint 'pm'");
		String other = this.seenNames.put(name.replaceAll("[_-]", ""), written);
		requireName(other == null, written,
				"there is a group '" + other + "', and case, '-', '_' and blanks at the ends do not tell names apart");
	}

	private void requireName(boolean valid, String written, String reason) {
		require(valid, "groups." + written, written, "this is no name for a group: " + reason);
	}

	private void checkGroup(String prefix, GroupProperties group, Master master) {
		group.listen().forEach((address) -> checkListen(prefix + "listen", address, master));
		try {
			group.unixSocket().owner().requireKnown();
		}
		catch (IOException ex) {
			reject(prefix + "unix-socket.owner", group.unixSocket().owner(), ex.getMessage());
		}
		require(!group.profiles().contains("master"), prefix + "profiles", group.profiles(),
				"a worker cannot have the profile 'master'");
		for (String variable : group.environment().keySet()) {
			require(!variable.startsWith("PM_WORKER_"), prefix + "environment", variable,
					"the variables PM_WORKER_… are the master's to set");
		}
		checkProgram(prefix, group.mainClass(), group.application());
		requireAtLeastOne(prefix + "max-fatal-restart", group.maxFatalRestart());
		requirePositive(prefix + "pause-after-fatal", group.pauseAfterFatal());
		require(group.maxHeartbeatLost() >= 0, prefix + "max-heartbeat-lost", group.maxHeartbeatLost(),
				"must not be negative; 0 never judges a worker hung");
		requireBetween(prefix + "max-gc-percent", group.maxGcPercent(), 0, 100,
				"must be a percentage from 1 to 100; 0 does not judge by it");
		requireNotNegative(prefix + "max-request-time", group.maxRequestTime());
		requirePositive(prefix + "start-timeout", group.startTimeout());
		requireNotNegative(prefix + "terminate-timeout", group.terminateTimeout());
		GroupProperties.Reload reload = group.reload();
		requireNotNegative(prefix + "reload.observe", reload.observe());
		requireNotNegative(prefix + "reload.drain-timeout", reload.drainTimeout());
		requireNotNegative(prefix + "reload.pause", reload.pause());
		requireAtLeastOne(prefix + "reload.max-draining", reload.maxDraining());
		requireNotNegative(prefix + "reload.hold-timeout", reload.holdTimeout());
		require(reload.maxErrorIncrease().isOff() || reload.maxErrorIncrease().most() <= 100,
				prefix + "reload.max-error-increase", reload.maxErrorIncrease().most(),
				"must be from 0 to 100 percentage points, or 'off'");
		requireNotNegative(prefix + "drain.spread", group.drain().spread());
		checkRecycle(prefix, group.recycle());
		checkWarmUp(prefix, group);
	}

	private void checkRecycle(String prefix, GroupProperties.Recycle recycle) {
		require(recycle.requests() >= 0, prefix + "recycle.requests", recycle.requests(),
				"must not be negative; 0 does not count requests");
		require(recycle.age().isZero() || recycle.age().compareTo(GroupProperties.Recycle.SOONEST) >= 0,
				prefix + "recycle.age", recycle.age(), "must be at least 1 minute; 0 is for any age");
		require(!recycle.memory().isNegative(), prefix + "recycle.memory", recycle.memory(),
				"must not be negative; 0 is for any size");
	}

	private void checkMayReload(String field, List<String> names, PmProperties properties) {
		Set<String> known = ((this.started != null) ? this.started : properties).groups()
			.keySet()
			.stream()
			.map(PmProperties::groupName)
			.collect(Collectors.toCollection(TreeSet::new));
		names.forEach((name) -> require(known.contains(name), field, name,
				"there is no such group; there are: " + String.join(", ", known)));
	}

	private void checkWarmUp(String prefix, GroupProperties group) {
		GroupProperties.WarmUp warmUp = group.warmUp();
		for (String path : warmUp.paths()) {
			require(path.matches("/[!-~]*"), prefix + "warm-up.paths", path,
					"must begin with '/' and consist of printable ASCII without blanks; encode anything else");
		}
		require(warmUp.paths().isEmpty() || !group.listen().isEmpty() || isRefused(prefix + "listen"),
				prefix + "warm-up.paths", warmUp.paths(), "a group without 'listen' serves no requests to be warm for");
		requireAtLeastOne(prefix + "warm-up.requests", warmUp.requests());
		Duration duration = warmUp.duration();
		if (duration != null) {
			requirePositive(prefix + "warm-up.duration", duration);
			require(duration.compareTo(group.startTimeout()) < 0, prefix + "warm-up.duration", duration,
					"must be shorter than the group's start-timeout");
		}
		requireBetween(prefix + "warm-up.concurrency", warmUp.concurrency(), 1, MAX_CONCURRENCY,
				"must be from 1 to " + MAX_CONCURRENCY);
		warmUp.headers()
			.forEach((name, value) -> require(name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") && value.matches("[\\t -~]*"),
					prefix + "warm-up.headers", name, "is no header that HTTP allows"));
	}

	private void checkListen(String field, ListenAddress address, Master master) {
		if (address.path() != null) {
			String otherField = this.seenAddresses.put(address, field);
			require(otherField == null, field, address, "pm.%s names this address already".formatted(otherField));
			return;
		}
		if (address.port() == 0) {
			return;
		}
		String host = host(address.host(), master.address());
		this.seenAddresses.forEach((other, otherField) -> require(
				other.port() != address.port() || !overlap(host, host(other.host(), master.address())), field, address,
				"pm.%s names this address already, as %s".formatted(otherField, other)));
		this.seenAddresses.put(address, field);
		require(address.port() != master.port() || !overlaps(address.host(), master.actuatorAddress()), field, address,
				"the port is that of the master's Actuator (pm.master.port)");
	}

	private static @Nullable String host(@Nullable String host, @Nullable InetAddress defaultAddress) {
		return (host != null || defaultAddress == null) ? host : defaultAddress.getHostAddress();
	}

	private static boolean overlap(@Nullable String host, @Nullable String other) {
		return host == null || other == null || host.equals(other) || isWildcardOver(host, other)
				|| isWildcardOver(other, host);
	}

	private static boolean isWildcardOver(String host, String other) {
		return host.equals("::") || (host.equals("0.0.0.0") && other.indexOf(':') < 0);
	}

	private static boolean overlaps(@Nullable String host, InetAddress address) {
		return host == null || host.equals(address.getHostAddress()) || host.equals(address.getHostName());
	}

	private void checkProgram(String prefix, @Nullable String mainClass, @Nullable File application) {
		if (mainClass != null && application != null) {
			reject(prefix + "main-class", mainClass,
					"pm.%sapplication is set as well; a group runs another class of this application or another application, not both"
						.formatted(prefix));
		}
		// The class path of this JVM is that of the version before.
		else if (mainClass != null && this.started == null) {
			String problem = Program.mainClassProblem(mainClass);
			require(problem == null, prefix + "main-class", mainClass, problem);
		}
		else if (application != null) {
			String problem = Program.applicationProblem(application.toPath());
			require(problem == null, prefix + "application", application, problem);
		}
	}

	private void requireAtLeastOne(String field, int number) {
		require(number >= 1, field, number, "must be at least 1");
	}

	private void requirePositive(String field, Duration duration) {
		require(duration.compareTo(Duration.ZERO) > 0, field, duration, "must be longer than 0");
	}

	private void requireNotNegative(String field, Duration duration) {
		require(!duration.isNegative(), field, duration, "must not be negative");
	}

	private void requireInterval(String field, Duration interval) {
		requireBetween(field, interval, SHORTEST_INTERVAL, LONGEST_INTERVAL,
				"must be from %d ms to %d s".formatted(SHORTEST_INTERVAL.toMillis(), LONGEST_INTERVAL.toSeconds()));
	}

	private <T extends Comparable<T>> void requireBetween(String field, T value, T least, T most, String reason) {
		require(value.compareTo(least) >= 0 && value.compareTo(most) <= 0, field, value, reason);
	}

	private void requireFile(String field, @Nullable File file) {
		require(file == null || !file.getName().isBlank(), field, file, "must name a file");
	}

	private boolean isRefused(String field) {
		return this.refused.stream().anyMatch((error) -> error.getField().startsWith(field));
	}

	private void require(boolean valid, String field, @Nullable Object value, @Nullable String reason) {
		if (!valid) {
			reject(field, value, reason);
		}
	}

	private void reject(String field, @Nullable Object value, @Nullable String reason) {
		this.refused.add(new FieldError("pm", field, value, false, null, null, reason));
	}

}
