package io.pmboot.master;

import java.io.IOException;

import io.pmboot.socket.ListenAddress;

/**
 * A listener of a group could not be bound.
 */
public class ListenFailedException extends RuntimeException {

	private final String group;

	private final ListenAddress address;

	public ListenFailedException(String group, ListenAddress address, IOException cause) {
		super("Group '%s' cannot listen on %s: %s".formatted(group, address, cause.getMessage()), cause);
		this.group = group;
		this.address = address;
	}

	/**
	 * The group whose listener it was.
	 * @return the group's name
	 */
	public String group() {
		return this.group;
	}

	/**
	 * The address as configured.
	 * @return the address
	 */
	public ListenAddress address() {
		return this.address;
	}

}
