package io.pmboot.master;

import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.pmboot.StartFailedException;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.PassedListener;
import org.jspecify.annotations.Nullable;

/**
 * The listeners that were passed to this master, and whose they are: those of the group
 * by whose name they are called, otherwise of the one that lists their address.
 */
final class PassedListeners {

	static final String COUNT = "LISTEN_FDS";

	private static final String FOR = "LISTEN_PID";

	private static final LoopLog logger = LoopLog.of(PassedListeners.class);

	private final Map<PassedListener, String> groups = new LinkedHashMap<>();

	private final @Nullable InetAddress defaultAddress;

	/**
	 * Gives each of them to its group.
	 * @param passed the listeners
	 * @param settings the groups
	 * @throws StartFailedException for one that is nobody's
	 */
	PassedListeners(List<PassedListener> passed, MasterSettings settings) {
		this.defaultAddress = settings.address();
		for (PassedListener listener : passed) {
			String group = settings.groups()
				.stream()
				.filter((each) -> each.name().equals(listener.name()))
				.findFirst()
				.or(() -> settings.groups().stream().filter((each) -> lists(each, listener)).findFirst())
				.map(GroupSettings::name)
				.orElseThrow(() -> nobodys(listener, passed, settings.groups()));
			this.groups.put(listener, group);
			logger.info("Group '%s' listens on %s, which was passed to this master".formatted(group, listener));
		}
	}

	/**
	 * Takes what was passed to this process.
	 * @param settings the groups, and the environment
	 * @return the listeners; none where it was another process to which they were passed
	 * @throws StartFailedException for one that cannot be used, or is nobody's
	 */
	static PassedListeners take(MasterSettings settings) {
		String meant = settings.environment().getOrDefault(FOR, "none");
		long own = ProcessHandle.current().pid();
		if (!meant.equals(Long.toString(own))) {
			logger.warn("Sockets were passed to process %s (%s), and this master is %d: they are left alone. "
				.formatted(meant, FOR, own) + "A script that starts java for a socket unit has to do so by exec");
			return new PassedListeners(List.of(), settings);
		}
		try {
			return new PassedListeners(PassedListener.all(settings.environment()), settings);
		}
		catch (IOException ex) {
			throw new StartFailedException("Of what was passed to this master, " + ex.getMessage(),
					"See to the socket unit: ListenStream= with Accept=no, for ports and for paths of unix sockets.",
					ex);
		}
	}

	private boolean lists(GroupSettings group, PassedListener listener) {
		return group.listen().stream().anyMatch((address) -> listener.isAt(address, this.defaultAddress));
	}

	private static StartFailedException nobodys(PassedListener listener, List<PassedListener> passed,
			List<GroupSettings> groups) {
		String all = passed.stream().map(PassedListener::toString).collect(Collectors.joining(", "));
		String configured = groups.stream()
			.map((group) -> "'%s' on %s".formatted(group.name(), group.listen().isEmpty() ? "nothing"
					: group.listen().stream().map(ListenAddress::toString).collect(Collectors.joining(" and "))))
			.collect(Collectors.joining(", "));
		return new StartFailedException(
				"A listener was passed to this master that is no group's: %s. Passed were %s; configured to listen are %s"
					.formatted(listener, all, configured),
				"Call it by the name of its group (FileDescriptorName= in the socket unit), list its address in pm.groups.<name>.listen, "
						+ "or take it out of the socket unit.",
				null);
	}

	/**
	 * The one of a group that listens at an address.
	 * @param group the group
	 * @param address the address
	 * @return the listener, or {@code null} where none does
	 */
	@Nullable BoundListener at(GroupSettings group, ListenAddress address) {
		return of(group).stream()
			.filter((listener) -> listener.isAt(address, this.defaultAddress))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Those that a generation of a group listens on: what is called by the group's name,
	 * and what is at an address that it lists.
	 * @param group the group
	 * @return the listeners
	 */
	List<PassedListener> of(GroupSettings group) {
		return this.groups.entrySet()
			.stream()
			.filter((passed) -> passed.getValue().equals(group.name()))
			.map(Map.Entry::getKey)
			.filter((listener) -> listener.name().equals(group.name()) || lists(group, listener))
			.toList();
	}

}
