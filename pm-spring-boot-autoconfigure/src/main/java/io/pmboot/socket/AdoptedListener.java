package io.pmboot.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collection;

import io.netty.channel.unix.FileDescriptor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A listening socket that this worker received from its master and shares with others.
 * What accepts does so on a {@linkplain #open() duplicate}: closing that wakes a thread
 * that waits in accept and ends accepting in this process alone, and another duplicate
 * resumes it; connections that wait in the kernel stay there for whoever accepts next.
 * <p>
 * Methods may be called on any thread.
 */
public final class AdoptedListener implements Closeable {

	private static final Log logger = LogFactory.getLog(AdoptedListener.class);

	private final int descriptor;

	private final ServerSocketChannel channel;

	private final SocketAddress localAddress;

	private AdoptedListener(int descriptor) throws IOException {
		this.descriptor = descriptor;
		this.channel = JdkSockets.channel(descriptor);
		this.localAddress = this.channel.getLocalAddress();
	}

	/**
	 * Takes a listener over.
	 * @param descriptor a descriptor of a listening socket, owned by the result from now
	 * on
	 * @return the listener
	 * @throws IOException where the descriptor is not a socket
	 * @throws IllegalStateException where the JVM lacks
	 * {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED}
	 */
	public static AdoptedListener adopt(FileDescriptor descriptor) throws IOException {
		requireAccess(AdoptedListener.class.getModule());
		return new AdoptedListener(descriptor.intValue());
	}

	static void requireAccess(Module module) {
		if (!Object.class.getModule().isOpen(JdkSockets.PACKAGE, module)) {
			throw new IllegalStateException("The JDK's sockets cannot be made of passed listeners: start the worker's "
					+ "JVM with --add-opens java.base/%s=ALL-UNNAMED".formatted(JdkSockets.PACKAGE));
		}
	}

	/**
	 * Where it listens; known after {@link #close()} too.
	 * @return the address
	 */
	public SocketAddress localAddress() {
		return this.localAddress;
	}

	/**
	 * Whether it is a unix socket, whose connections have no addresses, ports or TCP
	 * options.
	 * @return whether it is one
	 */
	public boolean isUnix() {
		return this.localAddress instanceof UnixDomainSocketAddress;
	}

	/**
	 * Whether some of a connection's input is there already, be it of a port or a unix
	 * socket.
	 * @param connection a connection
	 * @return whether there is any; there is none where the connection is closed
	 */
	public static boolean hasInput(SocketChannel connection) {
		try {
			return JdkSockets.available(connection) > 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * The adopted socket, to be asked about, not to be accepted on, configured or closed.
	 * @return the channel, closed with this listener
	 */
	public NetworkChannel channel() {
		return this.channel;
	}

	/**
	 * Lets accept wait in the kernel, where a new connection wakes one waiting process
	 * only. The mode belongs to the open file description, which all processes share: no
	 * process may wait for connections of this listener with a selector.
	 * @throws IOException where the mode cannot be changed
	 */
	public synchronized void blockInAccept() throws IOException {
		requireOpen();
		JdkSockets.configureBlocking(this.descriptor, true);
	}

	/**
	 * Opens a duplicate to accept on, which is this process's alone.
	 * @return a channel in blocking mode, to be closed by the caller
	 * @throws ClosedChannelException after {@link #close()}
	 * @throws IOException where the process is out of descriptors
	 */
	public synchronized ServerSocketChannel open() throws IOException {
		requireOpen();
		return JdkSockets.channel(JdkSockets.duplicate(this.descriptor));
	}

	private void requireOpen() throws ClosedChannelException {
		if (!this.channel.isOpen()) {
			throw new ClosedChannelException();
		}
	}

	/**
	 * Gives the listener up, in this process alone. Duplicates are not affected.
	 */
	@Override
	public synchronized void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Gives up as many as can be: one that cannot be closed is named in the log, and the
	 * others are closed all the same.
	 * @param listeners listeners, or duplicates of theirs
	 */
	public static void close(Collection<? extends Closeable> listeners) {
		for (Closeable listener : listeners) {
			try {
				listener.close();
			}
			catch (IOException | RuntimeException ex) {
				logger.warn("Closing the listener on " + listener + " failed", ex);
			}
		}
	}

	/**
	 * The local address as a user would write it.
	 */
	@Override
	public String toString() {
		return (this.localAddress instanceof InetSocketAddress inet) ? TcpListener.text(inet)
				: "unix:" + this.localAddress;
	}

}
