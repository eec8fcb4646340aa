package io.pmboot.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;

import io.netty.channel.unix.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket of the master, which binds it once, accepts nothing on it and passes
 * its descriptor to workers. While workers share it, it is only closed: to shut it down
 * ends it for every process that holds it.
 */
public abstract sealed class BoundListener implements Closeable permits TcpListener, UnixListener, PassedListener {

	/** The kernel cuts it down to the most that it allows, {@code net.core.somaxconn}. */
	static final int BACKLOG = Integer.MAX_VALUE;

	private final Socket socket;

	BoundListener(Socket socket) {
		this.socket = socket;
	}

	/**
	 * Binds an address and listens on it.
	 * @param address the address
	 * @param defaultAddress where no host is named, or {@code null} for all addresses
	 * @param access who may connect to a unix socket
	 * @return the listener
	 * @throws AddressInUseException where something listens there already
	 * @throws IOException where it cannot be bound for another reason, which it names
	 * @throws UnsatisfiedLinkError where Netty's native transport cannot be loaded
	 */
	public static BoundListener bind(ListenAddress address, @Nullable InetAddress defaultAddress, SocketAccess access)
			throws IOException {
		Path path = address.path();
		return (path != null) ? UnixListener.bind(path, access) : TcpListener.bind(address.resolve(defaultAddress));
	}

	/**
	 * Where it listens, with the port that the system chose where 0 was asked for.
	 * @param configured the address that was asked for
	 * @return the address
	 */
	public ListenAddress given(ListenAddress configured) {
		return configured;
	}

	/**
	 * What is passed to a worker.
	 * @return the descriptor, owned by this listener
	 */
	public Socket descriptor() {
		return this.socket;
	}

	/**
	 * How many connections wait for somebody to accept them. May be called on any thread;
	 * reads files of the kernel.
	 * @return how many, or {@code null} where the listener is closed or the kernel does
	 * not tell
	 */
	public @Nullable Integer waiting() {
		return this.socket.isOpen() ? AcceptQueue.length(this.socket.intValue()) : null;
	}

	/**
	 * Ends the socket for every process that holds it, and closes it. Nothing is left of
	 * it where something that a worker has started, and which inherited it unawares,
	 * outlives the worker.
	 * @throws IOException where something of it is left
	 */
	public void end() throws IOException {
		if (this.socket.isOpen()) {
			try {
				this.socket.shutdown();
			}
			finally {
				close();
			}
		}
	}

	/**
	 * Closes the master's own descriptor; a process to which it was passed goes on with
	 * its own. Does nothing when closed already.
	 * @throws IOException where something of it is left
	 */
	@Override
	public void close() throws IOException {
		if (this.socket.isOpen()) {
			this.socket.close();
		}
	}

}
