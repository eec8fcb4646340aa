package io.pmboot.socket;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

/**
 * Where a listener listens: {@code 8080}, {@code host:port} or {@code [v6]:port}. Port 0
 * asks for any free port.
 *
 * @param host the host as written, or {@code null} for the master's default address
 * @param port the port, from 0 to 65535
 */
public record ListenAddress(@Nullable String host, int port) {

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
		if (bare.isEmpty() || bracketed != (bare.indexOf(':') >= 0)) {
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
	 * Resolves the host.
	 * @param defaultAddress the address where no host is named, or {@code null} for all
	 * addresses, IPv6 and IPv4
	 * @return the address to bind
	 * @throws UnknownHostException where the host cannot be resolved
	 */
	public InetSocketAddress resolve(@Nullable InetAddress defaultAddress) throws UnknownHostException {
		if (this.host != null) {
			return new InetSocketAddress(InetAddress.getByName(this.host), this.port);
		}
		return (defaultAddress != null) ? new InetSocketAddress(defaultAddress, this.port)
				: new InetSocketAddress(this.port);
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
