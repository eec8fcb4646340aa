package io.pmboot.actuate;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Collection;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Which users of this machine may change something through the master's web server on
 * loopback: the master's own and root, and those who are named. Whoever may not can still
 * read.
 */
public final class OperatorPolicy {

	private static final String PROPERTY = "pm.master.allowed-users";

	private static final String EVERYBODY = "*";

	private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

	private final boolean everybody;

	private final Set<UserPrincipal> named;

	private final Predicate<Object> own;

	private final PeerUsers peers = new PeerUsers(Path.of("/proc"));

	/**
	 * Names users.
	 * @param users their names or numbers, besides the master's own user and root, or
	 * {@code *} for everybody
	 * @param own whether a request, as the server knows it, came by a way that only the
	 * master's user and root have
	 * @throws IllegalArgumentException where this system does not know one of them,
	 * saying which
	 */
	public OperatorPolicy(Collection<String> users, Predicate<Object> own) {
		this.everybody = users.contains(EVERYBODY);
		this.named = users.stream()
			.filter((user) -> !EVERYBODY.equals(user))
			.map(OperatorPolicy::user)
			.collect(Collectors.toUnmodifiableSet());
		this.own = own;
	}

	private static UserPrincipal user(String name) {
		try {
			return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
		}
		catch (UserPrincipalNotFoundException ex) {
			throw new IllegalArgumentException("there is no user '%s' on this system".formatted(name), ex);
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("user '%s' cannot be looked up: %s".formatted(name, ex.getMessage()),
					ex);
		}
	}

	/** Whether it matters who sends a request, given as the server knows it. */
	boolean concerns(String method, Object request) {
		return !this.everybody && !READING.contains(method) && !this.own.test(request);
	}

	/**
	 * Why a request is refused that it {@link #concerns(String, Object) concerns}, if it
	 * is. Reads files below {@code /proc}.
	 */
	@Nullable String refusal(@Nullable InetSocketAddress peer, @Nullable InetSocketAddress self) {
		Long sender;
		try {
			sender = (peer != null && self != null) ? this.peers.userOf(peer, self) : null;
			if (sender != null && (sender == 0 || sender == this.peers.own() || isNamed(sender))) {
				return null;
			}
		}
		catch (IOException | NumberFormatException ex) {
			return refusal("which user sent this request cannot be found out (%s)".formatted(ex));
		}
		return refusal((sender != null) ? "this request comes from the user with the number %d".formatted(sender)
				: "which user sent this request cannot be found out: its connection is not open any more");
	}

	private boolean isNamed(long user) {
		return !this.named.isEmpty() && this.named.contains(user(Long.toString(user)));
	}

	private static String refusal(String why) {
		return "Operations are taken from the user of the master and from root, and %s. Others are named in %s, where '%s' is everybody"
			.formatted(why, PROPERTY, EVERYBODY);
	}

}
