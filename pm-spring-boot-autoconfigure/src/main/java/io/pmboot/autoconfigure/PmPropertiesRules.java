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

import io.pmboot.actuate.OperatorPolicy;
import io.pmboot.autoconfigure.PmProperties.Master;
import io.pmboot.control.Message;
import io.pmboot.process.WorkerLaunch.Program;
import io.pmboot.settings.GroupProperties;
import io.pmboot.settings.MessageSettings;
import io.pmboot.settings.ReloadSettings;
import io.pmboot.settings.WarmUpSettings;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketOwner;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
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
			"rollback", "cancel");

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
		if (properties.groups().isEmpty() && !isRefused("groups.")) {
			reject("groups", "", "there is no group of workers; write at least one, for instance "
					+ "pm.groups.web.listen=8080 for two workers on port 8080");
		}
		Master master = (this.started != null) ? this.started.master() : properties.master();
		checkMaster(master);
		checkBetween("worker.heartbeat-interval", properties.worker().heartbeatInterval());
		checkMessage(properties.message());
		properties.groups().forEach((name, group) -> {
			checkName(name);
			checkGroup("groups." + name + ".", group, master);
		});
	}

	private void checkMaster(Master master) {
		checkAtLeastOne("master.max-connections", master.maxConnections());
		if (master.port() < -1 || master.port() > 65535) {
			reject("master.port", master.port(), "must be a port from 0 to 65535, or -1 for none");
		}
		if (!master.actuatorAddress().isLoopbackAddress() && !master.allowRemote()) {
			reject("master.actuator-address", master.actuatorAddress().getHostAddress(),
					"whoever reaches this address could stop and reload the groups, by plain HTTP: leave it at loopback, "
							+ "or set pm.master.allow-remote=true if that is meant, in a network that you trust or "
							+ "with Spring Security in the master");
		}
		try {
			new OperatorPolicy(master.allowedUsers(), (request) -> false);
		}
		catch (IllegalArgumentException ex) {
			reject("master.allowed-users", master.allowedUsers(), String.valueOf(ex.getMessage()));
		}
		checkBetween("master.status-interval", master.statusInterval());
		checkFile("master.pid-file", master.pidFile());
		checkFile("master.status-file", master.statusFile());
	}

	private void checkMessage(MessageSettings message) {
		long payload = message.maxPayload().toBytes();
		if (payload < 1 || payload > Message.Post.MAX_PAYLOAD) {
			reject("message.max-payload", message.maxPayload(),
					"must be from 1B to %dB".formatted(Message.Post.MAX_PAYLOAD));
		}
		checkAtLeastOne("message.max-queued", message.maxQueued());
	}

	private void checkName(String written) {
		String name = PmProperties.groupName(written);
		if (!name.matches("[a-z0-9][a-z0-9_-]*")) {
			rejectName(written,
					"it has to consist of letters, digits, '-' and '_', and to begin with a letter or a digit");
		}
		if (RESERVED.contains(name)) {
			rejectName(written, "it has a meaning as a profile");
		}
		else if (this.masterProfiles.contains(name)) {
			rejectName(written, "it is an active profile of the master, so workers of every group have it");
		}
		if (ENDPOINT_WORDS.contains(name)) {
			rejectName(written, "it is a word of the endpoint 'pm'");
		}
		String other = this.seenNames.put(name.replaceAll("[_-]", ""), written);
		if (other != null) {
			rejectName(written, "there is a group '" + other + "', and case, '-', '_' and blanks at the ends do not "
					+ "tell names apart");
		}
	}

	private void rejectName(String written, String reason) {
		reject("groups." + written, written, "this is no name for a group: " + reason);
	}

	private void checkGroup(String prefix, GroupProperties group, Master master) {
		group.listen().forEach((address) -> checkListen(prefix + "listen", address, master));
		checkOwner(prefix + "unix-socket.owner", group.unixSocket().owner());
		if (group.profiles().contains("master")) {
			reject(prefix + "profiles", group.profiles(), "a worker cannot have the profile 'master'");
		}
		for (String variable : group.environment().keySet()) {
			if (variable.startsWith("PM_WORKER_")) {
				reject(prefix + "environment", variable, "the variables PM_WORKER_… are the master's to set");
			}
		}
		checkProgram(prefix, group.mainClass(), group.application());
		checkAtLeastOne(prefix + "max-fatal-restart", group.maxFatalRestart());
		checkPositive(prefix + "pause-after-fatal", group.pauseAfterFatal());
		if (group.maxHeartbeatLost() < 0) {
			reject(prefix + "max-heartbeat-lost", group.maxHeartbeatLost(),
					"must not be negative; 0 never judges a worker hung");
		}
		if (group.maxGcPercent() < 0 || group.maxGcPercent() > 100) {
			reject(prefix + "max-gc-percent", group.maxGcPercent(),
					"must be a percentage from 1 to 100; 0 does not judge by it");
		}
		checkNotNegative(prefix + "max-request-time", group.maxRequestTime());
		checkPositive(prefix + "start-timeout", group.startTimeout());
		checkNotNegative(prefix + "terminate-timeout", group.terminateTimeout());
		checkReload(prefix + "reload.", group.reload());
		checkNotNegative(prefix + "drain.spread", group.drain().spread());
		checkWarmUp(prefix, group);
	}

	private void checkReload(String prefix, ReloadSettings reload) {
		checkNotNegative(prefix + "observe", reload.observe());
		checkNotNegative(prefix + "drain-timeout", reload.drainTimeout());
		checkNotNegative(prefix + "pause", reload.pause());
		checkAtLeastOne(prefix + "max-draining", reload.maxDraining());
	}

	private void checkWarmUp(String prefix, GroupProperties group) {
		WarmUpSettings warmUp = group.warmUp();
		for (String path : warmUp.paths()) {
			if (!path.matches("/[!-~]*")) {
				reject(prefix + "warm-up.paths", path,
						"must begin with '/' and consist of printable ASCII without blanks; encode anything else");
			}
		}
		if (!warmUp.paths().isEmpty() && group.listen().isEmpty() && !isRefused(prefix + "listen")) {
			reject(prefix + "warm-up.paths", warmUp.paths(),
					"a group without 'listen' serves no requests to be warm for");
		}
		checkAtLeastOne(prefix + "warm-up.requests", warmUp.requests());
		Duration duration = warmUp.duration();
		if (duration != null) {
			checkPositive(prefix + "warm-up.duration", duration);
			if (duration.compareTo(group.startTimeout()) >= 0) {
				reject(prefix + "warm-up.duration", duration, "must be shorter than the group's start-timeout");
			}
		}
		if (warmUp.concurrency() < 1 || warmUp.concurrency() > MAX_CONCURRENCY) {
			reject(prefix + "warm-up.concurrency", warmUp.concurrency(), "must be from 1 to " + MAX_CONCURRENCY);
		}
		warmUp.headers().forEach((name, value) -> {
			if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+") || !value.matches("[\\t -~]*")) {
				reject(prefix + "warm-up.headers", name, "is no header that HTTP allows");
			}
		});
	}

	private void checkListen(String field, ListenAddress address, Master master) {
		if (address.path() != null) {
			String otherField = this.seenAddresses.put(address, field);
			if (otherField != null) {
				reject(field, address, "pm.%s names this address already".formatted(otherField));
			}
			return;
		}
		if (address.port() == 0) {
			return;
		}
		String host = host(address.host(), master.address());
		this.seenAddresses.forEach((other, otherField) -> {
			if (other.port() == address.port() && overlap(host, host(other.host(), master.address()))) {
				reject(field, address, "pm.%s names this address already, as %s".formatted(otherField, other));
			}
		});
		this.seenAddresses.put(address, field);
		if (address.port() == master.port() && overlaps(address.host(), master.actuatorAddress())) {
			reject(field, address, "the port is that of the master's Actuator (pm.master.port)");
		}
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

	private void checkOwner(String field, SocketOwner owner) {
		try {
			owner.requireKnown();
		}
		catch (IOException ex) {
			reject(field, owner, String.valueOf(ex.getMessage()));
		}
	}

	private void checkProgram(String prefix, @Nullable String mainClass, @Nullable File application) {
		if (mainClass != null && application != null) {
			reject(prefix + "main-class", mainClass,
					"pm.%sapplication is set as well; a group runs another class of this application or another application, not both"
						.formatted(prefix));
			return;
		}
		// The class path of this JVM is that of the version before.
		String problem = (mainClass != null && this.started == null) ? Program.mainClassProblem(mainClass) : null;
		if (mainClass != null && problem != null) {
			reject(prefix + "main-class", mainClass, problem);
		}
		problem = (application != null) ? Program.applicationProblem(application.toPath()) : null;
		if (application != null && problem != null) {
			reject(prefix + "application", application, problem);
		}
	}

	private void checkAtLeastOne(String field, int number) {
		if (number < 1) {
			reject(field, number, "must be at least 1");
		}
	}

	private void checkPositive(String field, Duration duration) {
		if (duration.isNegative() || duration.isZero()) {
			reject(field, duration, "must be longer than 0");
		}
	}

	private void checkNotNegative(String field, Duration duration) {
		if (duration.isNegative()) {
			reject(field, duration, "must not be negative");
		}
	}

	private void checkBetween(String field, Duration interval) {
		if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
			reject(field, interval,
					"must be from %d ms to %d s".formatted(SHORTEST_INTERVAL.toMillis(), LONGEST_INTERVAL.toSeconds()));
		}
	}

	private void checkFile(String field, @Nullable File file) {
		if (file != null && file.getName().isBlank()) {
			reject(field, file, "must name a file");
		}
	}

	private boolean isRefused(String field) {
		return this.refused.stream().anyMatch((error) -> error.getField().startsWith(field));
	}

	private void reject(String field, Object value, String reason) {
		this.refused.add(new FieldError("pm", field, value, false, null, null, reason));
	}

}
