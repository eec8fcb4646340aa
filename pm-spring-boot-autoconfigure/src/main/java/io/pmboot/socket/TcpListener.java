package io.pmboot.socket;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.channel.unix.Socket;

/**
 * A listener on a port.
 */
public final class TcpListener extends BoundListener {

	private static final int EACCES = -13;

	private static final int EADDRINUSE = -98;

	/** What IPv6 writes as two colons. */
	private static final Pattern ZEROS = Pattern.compile("(^|:)(0(:|$)){2,}");

	private final InetSocketAddress localAddress;

	private TcpListener(Socket socket, InetSocketAddress localAddress) {
		super(socket);
		this.localAddress = localAddress;
	}

	/**
	 * Binds an address and listens on it. The IPv6 wildcard listens for IPv4 as well; it
	 * becomes the IPv4 wildcard where the system has no IPv6 or
	 * {@code -Djava.net.preferIPv4Stack=true} is set.
	 * @param address the address, resolved; port 0 asks for any free port
	 * @return the listener
	 * @throws AddressInUseException where something listens there already
	 * @throws IOException where it cannot be bound for another reason, which it names
	 * @throws UnsatisfiedLinkError where Netty's native transport cannot be loaded
	 */
	public static TcpListener bind(InetSocketAddress address) throws IOException {
		Epoll.ensureAvailability();
		InetAddress host = address.getAddress();
		if (host == null) {
			throw new IOException("Cannot listen on %s: the host is unknown".formatted(text(address)));
		}
		boolean wildcardWithoutIpv6 = host instanceof Inet6Address && host.isAnyLocalAddress()
				&& !Socket.isIPv6Preferred();
		if (wildcardWithoutIpv6) {
			return bind(new InetSocketAddress(InetAddress.getByAddress(new byte[4]), address.getPort()));
		}
		try {
			return listen(address, host instanceof Inet6Address);
		}
		catch (ChannelException | IOException ex) {
			throw failure(address, (ex.getCause() != null) ? ex.getCause() : ex);
		}
	}

	private static TcpListener listen(InetSocketAddress address, boolean ipv6) throws IOException {
		Socket socket = LinuxSocket.newSocketStream(ipv6);
		try {
			socket.setReuseAddress(true);
			socket.bind(address);
			socket.listen(BACKLOG);
			return new TcpListener(socket, socket.localAddress());
		}
		catch (IOException | RuntimeException ex) {
			socket.close();
			throw ex;
		}
	}

	private static IOException failure(InetSocketAddress address, Throwable cause) {
		int error = (cause instanceof NativeIoException nativeError) ? nativeError.expectedErr() : 0;
		if (error == EADDRINUSE) {
			return new AddressInUseException(address, cause);
		}
		String reason = (error == EACCES)
				? "permission denied; ports below net.ipv4.ip_unprivileged_port_start (1024) need CAP_NET_BIND_SERVICE"
				: cause.getMessage();
		return new IOException("Cannot listen on %s: %s".formatted(text(address), reason), cause);
	}

	static String text(InetSocketAddress address) {
		InetAddress host = address.getAddress();
		String name = (host != null) ? ZEROS.matcher(host.getHostAddress()).replaceFirst("::")
				: address.getHostString();
		return new ListenAddress(name, address.getPort()).toString();
	}

	/**
	 * Where it listens, with the port that the system chose where 0 was asked for.
	 * @return the address
	 */
	public InetSocketAddress localAddress() {
		return this.localAddress;
	}

	@Override
	public ListenAddress given(ListenAddress configured) {
		return new ListenAddress(configured.host(), this.localAddress.getPort());
	}

	@Override
	public String toString() {
		return text(this.localAddress);
	}

}
