package io.pmboot.master;

import java.io.IOException;

import io.pmboot.StartFailedException;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;

/**
 * A listener of a group could not be bound.
 */
final class ListenFailedException extends StartFailedException {

	ListenFailedException(String group, ListenAddress address, IOException cause) {
		super("Group '%s' cannot listen on %s: %s".formatted(group, address, cause.getMessage()),
				action("pm.groups.%s.listen".formatted(group), address, cause), cause);
	}

	private static String action(String property, ListenAddress address, IOException cause) {
		return (cause instanceof AddressInUseException)
				? "Stop the process that listens on %s (%s names it), or change %s.".formatted(address,
						(address.path() != null) ? "ss -lxp" : "ss -ltnp", property)
				: "Correct %s, or what keeps this machine from listening there.".formatted(property);
	}

}
