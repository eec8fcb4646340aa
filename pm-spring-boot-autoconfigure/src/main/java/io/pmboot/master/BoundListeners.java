package io.pmboot.master;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.StartFailedException;
import io.pmboot.loop.LoopLog;
import io.pmboot.loop.Threads;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.PassedListener;
import org.jspecify.annotations.Nullable;

/**
 * The listeners of all groups. One is bound once for as long as a generation lists it.
 */
final class BoundListeners implements GroupListeners, AutoCloseable {

	private static final LoopLog logger = LoopLog.of(BoundListeners.class);

	private static final Duration RETRY_EVERY = Duration.ofMillis(100);

	/** An orphan that was still starting is halted so much later than it may drain. */
	private static final Duration ORPHAN_SLACK = Duration.ofSeconds(7);

	/** By group and generation; what it holds is never changed, only replaced. */
	private final Map<String, Map<Integer, List<BoundAddress>>> groups = new ConcurrentHashMap<>();

	private final Set<String> closedGroups = ConcurrentHashMap.newKeySet();

	private final MasterSettings settings;

	/** Where there may be any. */
	private final @Nullable PassedListeners passed;

	private volatile boolean closed;

	private BoundListeners(MasterSettings settings, @Nullable PassedListeners passed) {
		this.settings = settings;
		this.passed = passed;
	}

	/**
	 * Binds the listeners of the first generation of all groups that were not passed to
	 * this master, or none.
	 * @param settings the groups
	 * @return the listeners
	 * @throws StartFailedException for the first that cannot be bound, or was passed and
	 * cannot be used
	 */
	static BoundListeners bind(MasterSettings settings) {
		boolean given = settings.environment().containsKey(PassedListeners.COUNT);
		return bind(settings, given ? PassedListeners.take(settings) : null);
	}

	static BoundListeners bind(MasterSettings settings, @Nullable PassedListeners passed) {
		BoundListeners bound = new BoundListeners(settings, passed);
		try {
			for (GroupSettings group : settings.groups()) {
				Duration patience = settings.previousMasterDied() ? group.terminateTimeout().plus(ORPHAN_SLACK)
						: Duration.ZERO;
				bound.bindAll(group, FIRST, List.of(), false, patience).keep();
			}
			return bound;
		}
		catch (RuntimeException ex) {
			bound.close();
			throw ex;
		}
	}

	/**
	 * Binds all listeners of a generation of a group, or none.
	 * @param group the group
	 * @param generation the generation
	 * @param present those of another generation
	 * @param closed whether these have been closed; otherwise they stay the very same
	 * @param patience how long an address that is in use is tried again
	 * @return the listeners
	 */
	private Bound bindAll(GroupSettings group, int generation, List<BoundAddress> present, boolean closed,
			Duration patience) {
		List<BoundAddress> left = new ArrayList<>(present);
		Bound bound = new Bound(group.name(), generation);
		for (ListenAddress configured : group.listen()) {
			BoundAddress same = left.stream()
				.filter((other) -> other.configured().equals(configured))
				.findFirst()
				.orElse(null);
			left.remove(same);
			if (same != null && !closed) {
				bound.all.add(same);
				continue;
			}
			ListenAddress address = (same != null) ? same.given() : configured;
			try {
				bound.add(configured, bind(group, address, patience));
			}
			catch (IOException ex) {
				bound.drop();
				throw failure(group.name(), address, ex);
			}
		}
		passed(group).forEach(bound::addUnlisted);
		return bound;
	}

	static StartFailedException failure(String group, ListenAddress address, IOException cause) {
		String property = "pm.groups.%s.listen".formatted(group);
		String action = (cause instanceof AddressInUseException)
				? "Stop the process that listens on %s (%s names it), or change %s.".formatted(address,
						(address.path() != null) ? "ss -lxp" : "ss -ltnp", property)
				: "Correct %s, or what keeps this machine from listening there.".formatted(property);
		return new StartFailedException(
				"Group '%s' cannot listen on %s: %s".formatted(group, address, cause.getMessage()), action, cause);
	}

	private List<PassedListener> passed(GroupSettings group) {
		return (this.passed != null) ? this.passed.of(group) : List.of();
	}

	// Again and again for a while where orphans of a master that was killed may hold the
	// address: no event tells when they let it go.
	private BoundListener bind(GroupSettings group, ListenAddress address, Duration patience) throws IOException {
		BoundListener passed = (this.passed != null) ? this.passed.at(group, address) : null;
		if (passed != null) {
			return passed;
		}
		long deadline = System.nanoTime() + patience.toNanos();
		for (boolean first = true;; first = false) {
			try {
				return BoundListener.bind(address, this.settings.address(), group.properties().unixSocket());
			}
			catch (AddressInUseException ex) {
				if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
					throw ex;
				}
				if (first) {
					logger.warn("%s is in use, perhaps by workers of a master that was killed; trying again for %s"
						.formatted(address, Text.of(patience)));
				}
				LockSupport.parkNanos(RETRY_EVERY.toNanos());
			}
		}
	}

	private List<BoundAddress> of(String group, int generation) {
		return this.groups.getOrDefault(group, Map.of()).getOrDefault(generation, List.of());
	}

	@Override
	public List<String> addresses(String group, int generation) {
		return of(group, generation).stream().map((address) -> address.given().toString()).toList();
	}

	/**
	 * How many connections wait at a listener of any generation. May be called on any
	 * thread but the event loop.
	 * @param group the group
	 * @param address the address as given
	 * @return how many, or {@code null} where that is not known
	 */
	@Nullable Integer waiting(String group, String address) {
		return this.groups.getOrDefault(group, Map.of())
			.values()
			.stream()
			.flatMap(List::stream)
			.filter((bound) -> bound.given().toString().equals(address))
			.findFirst()
			.map((bound) -> bound.listener().waiting())
			.orElse(null);
	}

	@Override
	public void close(String group) {
		this.closedGroups.add(group);
	}

	@Override
	public void end(String group) {
		if (this.closedGroups.contains(group)) {
			endAll(this.groups.getOrDefault(group, Map.of()));
		}
	}

	private static void endAll(Map<Integer, List<BoundAddress>> generations) {
		generations.values().forEach((addresses) -> addresses.forEach(BoundAddress::end));
	}

	@Override
	public void inherit(String group, int from, int to) {
		put(group, to, of(group, from));
	}

	private void put(String group, int generation, List<BoundAddress> addresses) {
		Map<Integer, List<BoundAddress>> generations = new HashMap<>(this.groups.getOrDefault(group, Map.of()));
		generations.put(generation, List.copyOf(addresses));
		this.groups.put(group, Map.copyOf(generations));
	}

	@Override
	public CompletionStage<Binding> bind(GroupSettings group, int from, int to) {
		if (group.listen().isEmpty() && passed(group).isEmpty()) {
			return CompletableFuture.completedFuture(new Bound(group.name(), to));
		}
		List<BoundAddress> present = of(group.name(), from);
		boolean reopened = this.closedGroups.contains(group.name());
		end(group.name());
		// A thread for each time, because it is seldom, and a host's name may take long.
		return Threads.call("pm-bind-" + group.name(), () -> bindAll(group, to, present, reopened, Duration.ZERO));
	}

	@Override
	public void keep(String group, Set<Integer> generations) {
		Map<Integer, List<BoundAddress>> before = this.groups.getOrDefault(group, Map.of());
		Map<Integer, List<BoundAddress>> left = new HashMap<>(before);
		left.keySet().retainAll(generations);
		if (left.size() == before.size()) {
			return;
		}
		this.groups.put(group, Map.copyOf(left));
		Set<BoundAddress> unused = new LinkedHashSet<>();
		before.values().forEach(unused::addAll);
		left.values().forEach(unused::removeAll);
		for (BoundAddress address : unused) {
			if (!this.closedGroups.contains(group)) {
				logger.info("Group '%s' no longer listens on %s".formatted(group, address.given()));
			}
			address.close();
		}
	}

	@Override
	public List<FileDescriptor> descriptors(String group, int generation) {
		if (this.closed || this.closedGroups.contains(group)) {
			// Their numbers may be those of other files by now.
			return List.of();
		}
		return of(group, generation).stream()
			.<FileDescriptor>map((address) -> address.listener().descriptor())
			.toList();
	}

	/**
	 * Ends all of them for whoever holds them: no worker is to accept any more.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.groups.values().forEach(BoundListeners::endAll);
	}

	/**
	 * Listeners for a generation, in the order of the configuration.
	 */
	private final class Bound implements Binding {

		private final String group;

		private final int generation;

		private final List<BoundAddress> all = new ArrayList<>();

		/** Those that were not there before. */
		private final List<BoundAddress> added = new ArrayList<>();

		Bound(String group, int generation) {
			this.group = group;
			this.generation = generation;
		}

		void add(ListenAddress configured, BoundListener listener) {
			BoundAddress address = new BoundAddress(configured, listener.given(configured), listener);
			this.all.add(address);
			this.added.add(address);
		}

		void addUnlisted(PassedListener listener) {
			if (this.all.stream().noneMatch((address) -> address.listener() == listener)) {
				add(listener.address(), listener);
			}
		}

		@Override
		public void keep() {
			if (BoundListeners.this.closed) {
				drop();
				return;
			}
			if (BoundListeners.this.closedGroups.remove(this.group)) {
				BoundListeners.this.groups.remove(this.group);
			}
			put(this.group, this.generation, this.all);
		}

		@Override
		public void drop() {
			this.added.forEach(BoundAddress::close);
		}

	}

	/**
	 * A listener of a group, and the address by which it was asked for.
	 *
	 * @param configured the address as configured
	 * @param given the address with the port that was given
	 * @param listener the listener
	 */
	private record BoundAddress(ListenAddress configured, ListenAddress given, BoundListener listener) {

		void end() {
			close(this.listener::end);
		}

		void close() {
			close(this.listener);
		}

		private void close(Closeable listener) {
			try {
				listener.close();
			}
			catch (IOException ex) {
				logger.warn("Listener on %s could not be closed".formatted(this.given), ex);
			}
		}

	}

}
