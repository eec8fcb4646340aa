package io.pmboot.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A listener that whoever started this process has bound and passed to it, as systemd
 * does for a socket unit: sd_listen_fds(3). The socket, the connections that wait in its
 * queue and its file belong to that one, who passes it to the next master as well: it is
 * neither configured nor shut down nor closed here.
 */
public final class PassedListener extends BoundListener {

	private static final int FIRST = 3;

	// The system's own numbers, which are the same on x86_64 and aarch64.
	private static final int SOL_SOCKET = 1;

	private static final int SO_TYPE = 3;

	private static final int SO_ACCEPTCONN = 30;

	private static final int SO_DOMAIN = 39;

	private static final int SOCK_STREAM = 1;

	private static final int AF_UNIX = 1;

	private static final int AF_INET = 2;

	private static final int AF_INET6 = 10;

	private final String name;

	private final ListenAddress address;

	private PassedListener(Socket socket, String name, ListenAddress address) {
		super(socket);
		this.name = name;
		this.address = address;
	}

	/**
	 * Takes what was passed.
	 * @param environment the environment, with {@code LISTEN_FDS} and perhaps
	 * {@code LISTEN_FDNAMES}
	 * @return the listeners, in their order
	 * @throws IOException for the first that is no listening stream socket, which it
	 * names, or where the number is none
	 * @throws UnsatisfiedLinkError where Netty's native transport cannot be loaded
	 */
	public static List<PassedListener> all(Map<String, String> environment) throws IOException {
		return all(environment, FIRST);
	}

	static List<PassedListener> all(Map<String, String> environment, int first) throws IOException {
		String count = environment.getOrDefault("LISTEN_FDS", "0");
		if (!count.matches("[0-9]{1,4}")) {
			throw new IOException("LISTEN_FDS is '%s', and no number".formatted(count));
		}
		Epoll.ensureAvailability();
		String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
		List<PassedListener> all = new ArrayList<>();
		for (int i = 0; i < Integer.parseInt(count); i++) {
			all.add(take(first + i, (i < names.length) ? names[i] : ""));
		}
		return all;
	}

	private static PassedListener take(int descriptor, String name) throws IOException {
		try {
			Socket socket = new Socket(descriptor);
			int family = socket.getIntOpt(SOL_SOCKET, SO_DOMAIN);
			if (socket.getIntOpt(SOL_SOCKET, SO_TYPE) != SOCK_STREAM
					|| socket.getIntOpt(SOL_SOCKET, SO_ACCEPTCONN) == 0) {
				throw new IOException("it is a socket, but none that listens for connections (Accept=no is needed)");
			}
			return new PassedListener(socket, name, switch (family) {
				case AF_UNIX -> ListenAddress.of("unix:" + socket.localDomainSocketAddress().path());
				case AF_INET, AF_INET6 -> ListenAddress.of(TcpListener.text(socket.localAddress()));
				default -> throw new IOException("its address family is %d".formatted(family));
			});
		}
		catch (NativeIoException | ChannelException ex) {
			throw unusable(descriptor, name, "it is no socket", ex);
		}
		catch (IOException | IllegalArgumentException ex) {
			throw unusable(descriptor, name, ex.getMessage(), ex);
		}
	}

	private static IOException unusable(int descriptor, String name, @Nullable String why, Exception cause) {
		return new IOException("descriptor %d ('%s') cannot be listened on: %s".formatted(descriptor, name, why),
				cause);
	}

	/**
	 * What whoever passed it calls it.
	 * @return its name, which others may have too; perhaps empty
	 */
	public String name() {
		return this.name;
	}

	/**
	 * Where it listens.
	 * @return the address, with its host
	 */
	public ListenAddress address() {
		return this.address;
	}

	/**
	 * Whether it listens where somebody would have this process listen. All addresses of
	 * IPv4 are as good as all of IPv6 here: whoever bound it has chosen.
	 * @param wanted the address
	 * @param defaultAddress where it names no host, or {@code null} for all addresses
	 * @return whether it does
	 */
	public boolean isAt(ListenAddress wanted, @Nullable InetAddress defaultAddress) {
		Path path = this.address.path();
		Path wantedPath = wanted.path();
		if (path != null || wantedPath != null) {
			return path != null && wantedPath != null && isSame(path, wantedPath);
		}
		if (wanted.port() != this.address.port()) {
			return false;
		}
		try {
			InetSocketAddress own = this.address.resolve(null);
			InetSocketAddress other = wanted.resolve(defaultAddress);
			return own.equals(other)
					|| (own.getAddress().isAnyLocalAddress() && other.getAddress().isAnyLocalAddress());
		}
		catch (UnknownHostException ex) {
			// Whoever binds it says so.
			return false;
		}
	}

	// One of them may be reached by a link, as /var/run is.
	private static boolean isSame(Path path, Path other) {
		try {
			return path.equals(other) || Files.isSameFile(path, other);
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** Nothing is ended: connections go on to wait in its queue. */
	@Override
	public void end() {
	}

	/** Nothing is closed: connections go on to wait in its queue. */
	@Override
	public void close() {
	}

	@Override
	public String toString() {
		return "%s (descriptor %d, '%s')".formatted(this.address, descriptor().intValue(), this.name);
	}

}
