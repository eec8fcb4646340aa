package io.pmboot.socket;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Another socket listens on the address already.
 */
public class AddressInUseException extends IOException {

	private final InetSocketAddress address;

	/**
	 * Creates the exception.
	 * @param address the address that is taken
	 * @param cause what the operating system said
	 */
	public AddressInUseException(InetSocketAddress address, Throwable cause) {
		super("Cannot listen on %s: another process listens there already".formatted(SharedListener.text(address)),
				cause);
		this.address = address;
	}

	/**
	 * The address that is taken.
	 * @return the address
	 */
	public InetSocketAddress address() {
		return this.address;
	}

}
