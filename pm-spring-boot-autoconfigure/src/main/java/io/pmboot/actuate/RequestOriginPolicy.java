package io.pmboot.actuate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * Which requests the master's web server answers, so that a page in the browser of
 * somebody who works on this machine cannot reach it: neither directly (its
 * {@code Origin} gives it away) nor by a name of its own that it lets resolve to this
 * machine (its {@code Host} does). Requests of other programs carry neither an
 * {@code Origin} nor a strange {@code Host}.
 *
 * @param loopback whether the web server is bound to loopback
 * @param machine the name of this machine, where it counts and is known
 */
record RequestOriginPolicy(boolean loopback, @Nullable String machine) {

	private static final Pattern HOST = Pattern.compile("(\\[[^\\[\\]]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

	private static final Pattern IPV4 = Pattern
		.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)");

	/**
	 * The policy of a web server. Bound to loopback, its {@code Host} must be
	 * {@code localhost} or a literal loopback address. Bound otherwise, it may also be
	 * any literal address, since only a name can be made to resolve to this machine, and
	 * the name of this machine. The port never matters, because it may be forwarded.
	 */
	static RequestOriginPolicy boundTo(InetAddress address) {
		boolean loopback = address.isLoopbackAddress();
		return new RequestOriginPolicy(loopback, (loopback) ? null : nameOfMachine());
	}

	private static @Nullable String nameOfMachine() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	/** Why a request with these headers is refused, if it is. */
	@Nullable String refusal(Function<String, @Nullable String> headers) {
		return refusal(headers.apply(HttpHeaders.HOST), headers.apply(HttpHeaders.ORIGIN),
				headers.apply("Sec-Fetch-Site"));
	}

	@Nullable String refusal(@Nullable String host, @Nullable String origin, @Nullable String fetchSite) {
		if (host != null && !isOurs(host)) {
			return "Host '%s' is not one of this master's: use %s".formatted(host, expected());
		}
		if (origin != null && !isSame(origin, host)) {
			return "Origin '%s' is not the host that was asked: pages of other sites are not answered"
				.formatted(origin);
		}
		if ("cross-site".equalsIgnoreCase(fetchSite)) {
			return "A page of another site asked (Sec-Fetch-Site: cross-site): such are not answered";
		}
		return null;
	}

	private String expected() {
		if (this.loopback) {
			return "localhost or a loopback address";
		}
		return "localhost or an address" + ((this.machine != null) ? " or '" + this.machine + "'" : "");
	}

	private boolean isOurs(String host) {
		Matcher matcher = HOST.matcher(host);
		if (!matcher.matches()) {
			return false;
		}
		String name = matcher.group(1);
		if (name.equalsIgnoreCase("localhost") || name.equalsIgnoreCase(this.machine)) {
			return true;
		}
		InetAddress address = literal(name);
		return address != null && (!this.loopback || address.isLoopbackAddress());
	}

	private static @Nullable InetAddress literal(String name) {
		// Never asks a name server: what is in brackets the JDK refuses where it is no
		// literal, and four numbers are one.
		if (!name.startsWith("[") && !IPV4.matcher(name).matches()) {
			return null;
		}
		try {
			return InetAddress.getByName(name);
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	private static boolean isSame(String origin, @Nullable String host) {
		String[] asking = origin.split("://", 2);
		if (asking.length < 2 || host == null) {
			return false;
		}
		String port = switch (asking[0].toLowerCase(Locale.ROOT)) {
			case "http" -> "80";
			case "https" -> "443";
			default -> "";
		};
		String asked = authority(host, port);
		return asked != null && asked.equalsIgnoreCase(authority(asking[1], port));
	}

	private static @Nullable String authority(String text, String defaultPort) {
		Matcher matcher = HOST.matcher(text);
		return matcher.matches() ? matcher.group(1) + ":" + Objects.requireNonNullElse(matcher.group(2), defaultPort)
				: null;
	}

}
