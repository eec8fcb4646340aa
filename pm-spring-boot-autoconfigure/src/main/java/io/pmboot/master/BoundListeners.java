package io.pmboot.master;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
final class BoundListeners implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(BoundListeners.class);

	private static final Duration RETRY_EVERY = Duration.ofMillis(100);

	/** An orphan that was still starting is halted so much later than it may drain. */
	private static final Duration ORPHAN_SLACK = Duration.ofSeconds(7);

	private final Map<String, List<BoundListener>> listeners = new LinkedHashMap<>();

	private final Map<String, List<String>> addresses = new LinkedHashMap<>();

	private volatile boolean closed;

	private BoundListeners() {
	}

	/**
	 * Binds the listeners of all groups, or none.
	 * @param settings the groups
	 * @return the listeners
	 * @throws ListenFailedException for the first that cannot be bound
	 */
	static BoundListeners bind(MasterSettings settings) {
		BoundListeners bound = new BoundListeners();
		try {
			for (GroupSettings group : settings.groups()) {
				bound.bind(settings, group);
			}
			return bound;
		}
		catch (RuntimeException ex) {
			bound.close();
			throw ex;
		}
	}

	private void bind(MasterSettings settings, GroupSettings group) {
		List<BoundListener> listeners = this.listeners.computeIfAbsent(group.name(), (name) -> new ArrayList<>());
		List<String> addresses = this.addresses.computeIfAbsent(group.name(), (name) -> new ArrayList<>());
		for (ListenAddress address : group.listen()) {
			try {
				BoundListener listener = bind(settings, group, address);
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
	private static BoundListener bind(MasterSettings settings, GroupSettings group, ListenAddress address)
			throws IOException {
		Duration patience = settings.previousMasterDied() ? group.terminateTimeout().plus(ORPHAN_SLACK) : Duration.ZERO;
		long deadline = System.nanoTime() + patience.toNanos();
		for (boolean first = true;; first = false) {
			try {
				return listen(settings, group, address);
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

	private static BoundListener listen(MasterSettings settings, GroupSettings group, ListenAddress address)
			throws IOException {
		Path path = address.path();
		return (path != null) ? UnixListener.bind(path, group.socketAccess(), Backlog.maximum())
				: SharedListener.bind(address.resolve(settings.address()), Backlog.maximum());
	}

	Map<String, List<String>> addresses() {
		return this.addresses;
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

}
