package io.pmboot.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a listener listens: {@code 8080}, {@code host:port}, {@code [v6]:port} or
 * {@code unix:/path}. Port 0 asks for any free port.
 *
 * @param host the host as written, or {@code null} for the master's default address
 * @param port the port, from 0 to 65535; 0 for a unix socket
 * @param path the absolute, normalized path of a unix socket, or {@code null} for a port
 */
public record ListenAddress(@Nullable String host, int port, @Nullable Path path) {

	private static final String UNIX = "unix:";

	/** Linux: sockaddr_un has room for 108 bytes, the last of which is 0. */
	private static final int MAX_PATH = 107;

	private static final Pattern HOST = Pattern.compile("[\\p{Alnum}._-]+");

	private static final Pattern IPV6 = Pattern.compile("[\\p{XDigit}:.]+(%[\\p{Alnum}._-]+)?");

	/**
	 * Creates the address of a port.
	 * @param host the host as written, or {@code null} for the master's default address
	 * @param port the port, from 0 to 65535
	 */
	public ListenAddress(@Nullable String host, int port) {
		this(host, port, null);
	}

	/**
	 * Reads an address as a user writes it.
	 * @param text the text
	 * @return the address
	 * @throws IllegalArgumentException saying what is wrong with it
	 */
	public static ListenAddress of(String text) {
		String trimmed = text.trim();
		if (trimmed.startsWith(UNIX)) {
			return new ListenAddress(null, 0, path(trimmed.substring(UNIX.length()), text));
		}
		int colon = trimmed.lastIndexOf(':');
		String host = (colon < 0) ? null : trimmed.substring(0, colon);
		return new ListenAddress((host != null) ? host(host, text) : null, port(trimmed.substring(colon + 1), text));
	}

	/**
	 * Reads it where YAML has taken it for a number.
	 * @param number the number
	 * @return the address
	 * @throws IllegalArgumentException as above
	 */
	public static ListenAddress of(Integer number) {
		return of(number.toString());
	}

	private static Path path(String written, String text) {
		Path path;
		try {
			path = Path.of(written).normalize();
		}
		catch (InvalidPathException ex) {
			throw new IllegalArgumentException("'%s': this is no path: %s".formatted(text, ex.getReason()), ex);
		}
		if (!path.isAbsolute() || path.getFileName() == null) {
			throw new IllegalArgumentException(
					"'%s': expected the absolute path of a file, as in unix:/run/app/web.sock".formatted(text));
		}
		int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
		if (length > MAX_PATH) {
			throw new IllegalArgumentException("'%s': the path of a socket has at most %d bytes, and this one has %d"
				.formatted(text, MAX_PATH, length));
		}
		return path;
	}

	private static String host(String host, String text) {
		boolean bracketed = host.startsWith("[") && host.endsWith("]");
		String bare = bracketed ? host.substring(1, host.length() - 1) : host;
		if (bracketed != (bare.indexOf(':') >= 0) || !(bracketed ? IPV6 : HOST).matcher(bare).matches()) {
			throw new IllegalArgumentException(
					"'%s': expected port, host:port, [IPv6 address]:port or unix:/path".formatted(text));
		}
		return bare;
	}

	private static int port(String digits, String text) {
		if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65535) {
			throw new IllegalArgumentException("'%s': the port is a number from 0 to 65535".formatted(text));
		}
		return Integer.parseInt(digits);
	}

	/**
	 * Resolves the host of a port. Without a host and a default address it is the IPv6
	 * wildcard, which {@link TcpListener} binds for IPv4 as well, and for IPv4 alone
	 * where there is no IPv6; a host {@code 0.0.0.0} is IPv4 alone.
	 * @param defaultAddress the address where no host is named, or {@code null} for all
	 * addresses
	 * @return the address to bind
	 * @throws UnknownHostException where the host cannot be resolved, naming it
	 * @throws IllegalStateException where this is a unix socket
	 */
	public InetSocketAddress resolve(@Nullable InetAddress defaultAddress) throws UnknownHostException {
		if (this.path != null) {
			throw new IllegalStateException(this + " has no host");
		}
		if (this.host != null) {
			return new InetSocketAddress(InetAddress.getByName(this.host), this.port);
		}
		return new InetSocketAddress((defaultAddress != null) ? defaultAddress : InetAddress.getByAddress(new byte[16]),
				this.port);
	}

	/**
	 * The form in which a user writes it.
	 */
	@Override
	public String toString() {
		if (this.path != null) {
			return UNIX + this.path;
		}
		if (this.host == null) {
			return Integer.toString(this.port);
		}
		return (this.host.indexOf(':') >= 0) ? "[" + this.host + "]:" + this.port : this.host + ":" + this.port;
	}

}
