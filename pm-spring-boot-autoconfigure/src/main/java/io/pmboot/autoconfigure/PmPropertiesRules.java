package io.pmboot.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.pmboot.actuate.OperatorPolicy;
import io.pmboot.autoconfigure.GroupProperties.UnixSocket;
import io.pmboot.autoconfigure.PmProperties.Master;
import io.pmboot.control.Message;
import io.pmboot.master.Surge;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SocketAccess;
import io.pmboot.socket.SocketOwner;
import org.jspecify.annotations.Nullable;

import org.springframework.validation.BindingResult;
import org.springframework.validation.Errors;
import org.springframework.validation.FieldError;

/**
 * What must hold for {@link PmProperties}. Reports everything that does not, not only the
 * first.
 */
class PmPropertiesRules {

	private static final Set<String> RESERVED = Set.of("master", "worker", "default");

	private static final Set<String> ENDPOINT_WORDS = Set.of("reload", "reloads", "scale", "restart", "stop", "start",
			"rollback", "cancel");

	private static final int MAX_CHILDREN = io.pmboot.Master.MAX_CHILDREN;

	private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

	private static final Duration LONGEST_INTERVAL = Duration.ofMinutes(1);

	private final BindingResult errors;

	private final Collection<String> masterProfiles;

	private final boolean newVersion;

	private final Map<String, String> seenNames = new HashMap<>();

	private final Map<ListenAddress, String> seenAddresses = new HashMap<>();

	PmPropertiesRules(Errors errors, Collection<String> masterProfiles, boolean newVersion) {
		this.newVersion = newVersion;
		this.errors = (BindingResult) errors;
		this.masterProfiles = masterProfiles;
	}

	void check(PmProperties properties) {
		if (properties.getGroups().isEmpty()) {
			reject("groups", "", "there is no group of workers; write at least one, for instance "
					+ "pm.groups.web.listen=8080 for two workers on port 8080");
		}
		if (properties.getMaster().getMaxConnections() < 1) {
			reject("master.max-connections", properties.getMaster().getMaxConnections(), "must be at least 1");
		}
		int port = properties.getMaster().getPort();
		if (port < -1 || port > 65535) {
			reject("master.port", port, "must be a port from 0 to 65535, or -1 for none");
		}
		checkAccess(properties.getMaster());
		checkBetween("master.status-interval", properties.getMaster().getStatusInterval(), SHORTEST_INTERVAL,
				LONGEST_INTERVAL);
		checkFile("master.pid-file", properties.getMaster().getPidFile());
		checkFile("master.status-file", properties.getMaster().getStatusFile());
		checkBetween("worker.heartbeat-interval", properties.getWorker().getHeartbeatInterval(), SHORTEST_INTERVAL,
				LONGEST_INTERVAL);
		checkMessage(properties.getMessage());
		properties.getGroups().forEach((name, group) -> {
			checkName(name);
			checkGroup("groups." + name + ".", group, properties.getMaster());
		});
	}

	private void checkAccess(Master master) {
		if (!master.getActuatorAddress().isLoopbackAddress() && !master.isAllowRemote()) {
			reject("master.actuator-address", master.getActuatorAddress().getHostAddress(),
					"whoever reaches this address could stop and reload the groups, by plain HTTP: leave it at loopback, "
							+ "or set pm.master.allow-remote=true if that is meant, in a network that you trust or "
							+ "with Spring Security in the master");
		}
		try {
			OperatorPolicy.of(master.getAllowedUsers());
		}
		catch (IllegalArgumentException ex) {
			reject("master.allowed-users", master.getAllowedUsers(), String.valueOf(ex.getMessage()));
		}
	}

	private void checkMessage(PmProperties.Message message) {
		long payload = message.getMaxPayload().toBytes();
		if (payload < 1 || payload > Message.Post.MAX_PAYLOAD) {
			reject("message.max-payload", message.getMaxPayload(),
					"must be from 1B to %dB".formatted(Message.Post.MAX_PAYLOAD));
		}
		if (message.getMaxQueued() < 1) {
			reject("message.max-queued", message.getMaxQueued(), "must be at least 1");
		}
	}

	private void checkName(String configured) {
		String name = name(configured);
		if (!name.matches("[a-z0-9][a-z0-9_-]*")) {
			rejectName(configured,
					"it has to consist of letters, digits, '-' and '_', and to begin with a letter or a " + "digit");
		}
		if (RESERVED.contains(name)) {
			rejectName(configured, "it has a meaning as a profile");
		}
		else if (this.masterProfiles.contains(name)) {
			rejectName(configured, "it is an active profile of the master, so workers of every group have it");
		}
		if (ENDPOINT_WORDS.contains(name)) {
			rejectName(configured, "it is a word of the endpoint 'pm'");
		}
		String other = this.seenNames.put(name.replaceAll("[_-]", ""), configured);
		if (other != null) {
			rejectName(configured, "there is a group '" + other + "', and case, '-', '_' and blanks at the ends do not "
					+ "tell names apart");
		}
	}

	private void rejectName(String configured, String reason) {
		reject("groups." + configured, configured, "this is no name for a group: " + reason);
	}

	private void checkGroup(String prefix, GroupProperties group, Master master) {
		group.getListen().forEach((listen) -> checkListen(prefix + "listen", listen, master));
		checkUnixSocket(prefix + "unix-socket.", group.getUnixSocket());
		String children = group.getChildren().trim();
		if (!"auto".equals(children) && !isChildren(children)) {
			reject(prefix + "children", children, "must be 'auto' or a number from 0 to " + MAX_CHILDREN);
		}
		if (group.getProfiles().contains("master")) {
			reject(prefix + "profiles", group.getProfiles(), "a worker cannot have the profile 'master'");
		}
		for (String variable : group.getEnvironment().keySet()) {
			if (variable.startsWith("PM_WORKER_")) {
				reject(prefix + "environment", variable, "the variables PM_WORKER_… are the master's to set");
			}
		}
		new ProgramRules(this::reject, this.newVersion).check(prefix, group);
		if (group.getMaxFatalRestart() < 1) {
			reject(prefix + "max-fatal-restart", group.getMaxFatalRestart(), "must be at least 1");
		}
		checkPositive(prefix + "pause-after-fatal", group.getPauseAfterFatal());
		if (group.getMaxHeartbeatLost() < 0) {
			reject(prefix + "max-heartbeat-lost", group.getMaxHeartbeatLost(),
					"must not be negative; 0 never judges a worker hung");
		}
		if (group.getMaxGcPercent() < 0 || group.getMaxGcPercent() > 100) {
			reject(prefix + "max-gc-percent", group.getMaxGcPercent(),
					"must be a percentage from 1 to 100; 0 does not judge by it");
		}
		checkNotNegative(prefix + "max-request-time", group.getMaxRequestTime());
		checkPositive(prefix + "start-timeout", group.getStartTimeout());
		checkNotNegative(prefix + "terminate-timeout", group.getTerminateTimeout());
		checkReload(prefix + "reload.", group.getReload());
		checkNotNegative(prefix + "drain.spread", group.getDrain().getSpread());
		new WarmUpRules(this::reject).check(prefix + "warm-up.", group);
	}

	private void checkReload(String prefix, ReloadProperties reload) {
		try {
			Surge.parse(reload.getMaxSurge());
		}
		catch (IllegalArgumentException ex) {
			reject(prefix + "max-surge", reload.getMaxSurge(), String.valueOf(ex.getMessage()));
		}
		checkNotNegative(prefix + "observe", reload.getObserve());
		checkNotNegative(prefix + "drain-timeout", reload.getDrainTimeout());
		checkNotNegative(prefix + "pause", reload.getPause());
		if (reload.getMaxDraining() < 1) {
			reject(prefix + "max-draining", reload.getMaxDraining(), "must be at least 1");
		}
	}

	private static boolean isChildren(String children) {
		return children.matches("[0-9]{1,4}") && Integer.parseInt(children) <= MAX_CHILDREN;
	}

	private void checkListen(String field, String listen, Master master) {
		ListenAddress address;
		try {
			address = ListenAddress.parse(listen);
		}
		catch (IllegalArgumentException ex) {
			reject(field, listen, String.valueOf(ex.getMessage()));
			return;
		}
		if (address.path() != null) {
			String otherField = this.seenAddresses.put(address, field);
			if (otherField != null) {
				reject(field, listen, "pm.%s names this address already".formatted(otherField));
			}
			return;
		}
		if (address.port() == 0) {
			return;
		}
		String host = host(address.host(), master.getAddress());
		this.seenAddresses.forEach((other, otherField) -> {
			if (other.port() == address.port() && overlap(host, host(other.host(), master.getAddress()))) {
				reject(field, listen, "pm.%s names this address already, as %s".formatted(otherField, other));
			}
		});
		this.seenAddresses.put(address, field);
		if (address.port() == master.getPort() && overlaps(address.host(), master.getActuatorAddress())) {
			reject(field, listen, "the port is that of the master's Actuator (pm.master.port)");
		}
	}

	private void checkUnixSocket(String prefix, UnixSocket socket) {
		try {
			SocketAccess.mode(socket.getMode());
		}
		catch (IllegalArgumentException ex) {
			reject(prefix + "mode", socket.getMode(), String.valueOf(ex.getMessage()));
		}
		try {
			SocketOwner.parse(socket.getOwner()).requireKnown();
		}
		catch (IllegalArgumentException | IOException ex) {
			reject(prefix + "owner", socket.getOwner(), String.valueOf(ex.getMessage()));
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

	private void checkBetween(String field, Duration duration, Duration shortest, Duration longest) {
		if (duration.compareTo(shortest) < 0 || duration.compareTo(longest) > 0) {
			reject(field, duration, "must be from %d ms to %d s".formatted(shortest.toMillis(), longest.toSeconds()));
		}
	}

	private void checkFile(String field, @Nullable File file) {
		if (file != null && file.getName().isBlank()) {
			reject(field, file, "must name a file");
		}
	}

	private void reject(String field, Object value, String reason) {
		this.errors.addError(new FieldError(this.errors.getObjectName(), field, value, false, null, null, reason));
	}

	static String name(String configured) {
		return configured.trim().toLowerCase(Locale.ROOT);
	}

}
