package io.pmboot.master;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.pmboot.settings.MessageSettings;
import org.jspecify.annotations.Nullable;

/**
 * What a master is to be, as its properties say, validated.
 *
 * @param groups the groups, in the order of their configuration
 * @param address where a listener listens that names no host, or {@code null} for all
 * addresses
 * @param controlSocket where workers reach the master
 * @param previousMasterDied whether the last master in this run directory was killed, so
 * that its workers may hold the listeners for a while
 * @param messages the limits of messages
 * @param environment the environment of this process, where a service manager says what
 * it has passed and where it is to be told how the master is
 * @param ignored the ids of findings that are not told
 */
public record MasterSettings(List<GroupSettings> groups, @Nullable InetAddress address, Path controlSocket,
		boolean previousMasterDied, MessageSettings messages, Map<String, String> environment, Set<String> ignored) {

	public MasterSettings {
		groups = List.copyOf(groups);
		environment = Map.copyOf(environment);
		ignored = Set.copyOf(ignored);
	}

}
