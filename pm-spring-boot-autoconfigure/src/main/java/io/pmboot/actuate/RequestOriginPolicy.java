package io.pmboot.actuate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Which requests the master's web server answers, so that a page in the browser of
 * somebody who works on this machine cannot reach it: neither directly (its
 * {@code Origin} gives it away) nor by a name of its own that it lets resolve to this
 * machine (its {@code Host} does). Requests of other programs carry neither an
 * {@code Origin} nor a strange {@code Host}.
 */
public final class RequestOriginPolicy {

	static final String FETCH_SITE = "Sec-Fetch-Site";

	private static final Pattern HOST = Pattern.compile("(\\[[^\\[\\]]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");

	private static final Pattern IPV4 = Pattern
		.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)");

	private final boolean loopback;

	private final @Nullable String machine;

	private RequestOriginPolicy(boolean loopback, @Nullable String machine) {
		this.loopback = loopback;
		this.machine = machine;
	}

	/**
	 * The policy of a web server. Bound to loopback, its {@code Host} must be
	 * {@code localhost} or a literal loopback address. Bound otherwise, it may also be
	 * any literal address, since only a name can be made to resolve to this machine, and
	 * the name of this machine. The port never matters, because it may be forwarded.
	 * @param address the address that the web server is bound to
	 * @return the policy
	 */
	public static RequestOriginPolicy boundTo(InetAddress address) {
		boolean loopback = address.isLoopbackAddress();
		return new RequestOriginPolicy(loopback, (loopback) ? null : machine());
	}

	static RequestOriginPolicy onMachine(String machine) {
		return new RequestOriginPolicy(false, machine);
	}

	private static @Nullable String machine() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return null;
		}
	}

	/**
	 * Why a request is refused.
	 * @param host the header {@code Host}
	 * @param origin the header {@code Origin}
	 * @param fetchSite the header {@code Sec-Fetch-Site}
	 * @return the reason, or {@code null} where the request is answered
	 */
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
		Matcher asked = HOST.matcher((host != null) ? host : "");
		int scheme = origin.indexOf("://");
		if (scheme < 0 || !asked.matches()) {
			return false;
		}
		Matcher asking = HOST.matcher(origin.substring(scheme + 3));
		if (!asking.matches()) {
			return false;
		}
		String standard = defaultPort(origin.substring(0, scheme));
		return asking.group(1).equalsIgnoreCase(asked.group(1)) && port(asking, standard).equals(port(asked, standard));
	}

	private static String port(Matcher authority, String standard) {
		return (authority.group(2) != null) ? authority.group(2) : standard;
	}

	private static String defaultPort(String scheme) {
		return switch (scheme.toLowerCase(Locale.ROOT)) {
			case "http" -> "80";
			case "https" -> "443";
			default -> "";
		};
	}

}
