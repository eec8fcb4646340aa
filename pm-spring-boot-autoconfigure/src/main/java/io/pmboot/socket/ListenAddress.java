package io.pmboot.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a listener listens: {@code 8080}, {@code host:port} or {@code [v6]:port}. Port 0
 * asks for any free port.
 *
 * @param host the host as written, or {@code null} for the master's default address
 * @param port the port, from 0 to 65535
 */
public record ListenAddress(@Nullable String host, int port) {

	private static final Pattern HOST = Pattern.compile("[\\p{Alnum}._-]+");

	private static final Pattern IPV6 = Pattern.compile("[\\p{XDigit}:.]+(%[\\p{Alnum}._-]+)?");

	/**
	 * Reads an address as a user writes it.
	 * @param text the text
	 * @return the address
	 * @throws IllegalArgumentException saying what is wrong with it
	 */
	public static ListenAddress parse(String text) {
		String trimmed = text.trim();
		if (trimmed.startsWith("unix:")) {
			throw new IllegalArgumentException("'%s': unix sockets are not supported yet".formatted(text));
		}
		int colon = trimmed.lastIndexOf(':');
		String host = (colon < 0) ? null : trimmed.substring(0, colon);
		return new ListenAddress((host != null) ? host(host, text) : null, port(trimmed.substring(colon + 1), text));
	}

	private static String host(String host, String text) {
		boolean bracketed = host.startsWith("[") && host.endsWith("]");
		String bare = bracketed ? host.substring(1, host.length() - 1) : host;
		if (bracketed != (bare.indexOf(':') >= 0) || !(bracketed ? IPV6 : HOST).matcher(bare).matches()) {
			throw new IllegalArgumentException("'%s': expected port, host:port or [IPv6 address]:port".formatted(text));
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
	 * Resolves the host. Without a host and a default address it is the IPv6 wildcard,
	 * which {@link SharedListener} binds for IPv4 as well, and for IPv4 alone where there
	 * is no IPv6; a host {@code 0.0.0.0} is IPv4 alone.
	 * @param defaultAddress the address where no host is named, or {@code null} for all
	 * addresses
	 * @return the address to bind
	 * @throws UnknownHostException where the host cannot be resolved, naming it
	 */
	public InetSocketAddress resolve(@Nullable InetAddress defaultAddress) throws UnknownHostException {
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
		if (this.host == null) {
			return Integer.toString(this.port);
		}
		return (this.host.indexOf(':') >= 0) ? "[" + this.host + "]:" + this.port : this.host + ":" + this.port;
	}

}
