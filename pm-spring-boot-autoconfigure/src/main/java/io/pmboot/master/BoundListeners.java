package io.pmboot.master;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.Backlog;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.ListenAddress;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.UnixListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The listeners of all groups, bound once for the life of the master.
 */
final class BoundListeners implements GroupListeners, AutoCloseable {

	private static final Log logger = LogFactory.getLog(BoundListeners.class);

	private static final Duration RETRY_EVERY = Duration.ofMillis(100);

	/** An orphan that was still starting is halted so much later than it may drain. */
	private static final Duration ORPHAN_SLACK = Duration.ofSeconds(7);

	private final Map<String, List<BoundListener>> listeners = new ConcurrentHashMap<>();

	private final Map<String, List<String>> addresses = new LinkedHashMap<>();

	private final MasterSettings settings;

	private volatile boolean closed;

	private BoundListeners(MasterSettings settings) {
		this.settings = settings;
	}

	/**
	 * Binds the listeners of all groups, or none.
	 * @param settings the groups
	 * @return the listeners
	 * @throws ListenFailedException for the first that cannot be bound
	 */
	static BoundListeners bind(MasterSettings settings) {
		BoundListeners bound = new BoundListeners(settings);
		try {
			for (GroupSettings group : settings.groups()) {
				bound.bindFirst(group);
			}
			return bound;
		}
		catch (RuntimeException ex) {
			bound.close();
			throw ex;
		}
	}

	private void bindFirst(GroupSettings group) {
		List<BoundListener> listeners = this.listeners.computeIfAbsent(group.name(), (name) -> new ArrayList<>());
		List<String> addresses = this.addresses.computeIfAbsent(group.name(), (name) -> new ArrayList<>());
		Duration patience = this.settings.previousMasterDied() ? group.terminateTimeout().plus(ORPHAN_SLACK)
				: Duration.ZERO;
		for (ListenAddress address : group.listen()) {
			try {
				BoundListener listener = bind(group, address, patience);
				listeners.add(listener);
				addresses.add(bound(address, listener));
			}
			catch (IOException ex) {
				throw new ListenFailedException(group.name(), address, ex);
			}
		}
	}

	private static String bound(ListenAddress address, BoundListener listener) {
		return (listener instanceof SharedListener shared)
				? new ListenAddress(address.host(), shared.localAddress().getPort()).toString() : address.toString();
	}

	// Again and again for a while where orphans of a master that was killed may hold the
	// address: no event tells when they let it go.
	private BoundListener bind(GroupSettings group, ListenAddress address, Duration patience) throws IOException {
		long deadline = System.nanoTime() + patience.toNanos();
		for (boolean first = true;; first = false) {
			try {
				return listen(group, address);
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

	private BoundListener listen(GroupSettings group, ListenAddress address) throws IOException {
		Path path = address.path();
		return (path != null) ? UnixListener.bind(path, group.socketAccess(), Backlog.maximum())
				: SharedListener.bind(address.resolve(this.settings.address()), Backlog.maximum());
	}

	@Override
	public List<String> addresses(String group) {
		return this.addresses.getOrDefault(group, List.of());
	}

	@Override
	public void close(String group) {
		List<BoundListener> listeners = this.listeners.remove(group);
		if (listeners != null) {
			listeners.forEach(BoundListeners::close);
		}
	}

	@Override
	public CompletionStage<Binding> bind(GroupSettings group) {
		if (group.listen().isEmpty()) {
			return CompletableFuture.completedFuture(new Rebound(group.name(), List.of()));
		}
		// A thread for each time, because it is seldom, and a host's name may take long.
		return CompletableFuture.supplyAsync(() -> rebind(group), (task) -> {
			Thread thread = new Thread(task, "pm-bind-" + group.name());
			thread.setDaemon(true);
			thread.start();
		});
	}

	// At the ports that were given the first time.
	private Binding rebind(GroupSettings group) {
		List<BoundListener> listeners = new ArrayList<>();
		for (String text : addresses(group.name())) {
			ListenAddress address = ListenAddress.parse(text);
			try {
				listeners.add(bind(group, address, Duration.ZERO));
			}
			catch (IOException ex) {
				listeners.forEach(BoundListeners::close);
				throw new ListenFailedException(group.name(), address, ex);
			}
		}
		return new Rebound(group.name(), listeners);
	}

	List<FileDescriptor> descriptors(String group) {
		if (this.closed) {
			// Their numbers may be those of other files by now.
			return List.of();
		}
		return this.listeners.getOrDefault(group, List.of()).stream().map(BoundListener::descriptor).toList();
	}

	@Override
	public void close() {
		this.closed = true;
		for (List<BoundListener> listeners : this.listeners.values()) {
			for (BoundListener listener : listeners) {
				close(listener);
			}
		}
	}

	private static void close(BoundListener listener) {
		try {
			listener.close();
		}
		catch (IOException ex) {
			logger.warn("Listener on %s could not be closed".formatted(listener), ex);
		}
	}

	/**
	 * What {@link #rebind} bound.
	 */
	private final class Rebound implements Binding {

		private final String group;

		private final List<BoundListener> bound;

		Rebound(String group, List<BoundListener> bound) {
			this.group = group;
			this.bound = bound;
		}

		@Override
		public void keep() {
			if (BoundListeners.this.closed) {
				drop();
				return;
			}
			BoundListeners.this.listeners.put(this.group, this.bound);
		}

		@Override
		public void drop() {
			this.bound.forEach(BoundListeners::close);
		}

	}

}
