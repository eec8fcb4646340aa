package io.pmboot.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Another socket listens on the address already.
 */
public class AddressInUseException extends IOException {

	/**
	 * Creates the exception.
	 * @param address the address that is taken
	 * @param cause what the operating system said
	 */
	public AddressInUseException(InetSocketAddress address, Throwable cause) {
		super("Cannot listen on %s: another process listens there already".formatted(TcpListener.text(address)), cause);
	}

	/**
	 * Creates the exception.
	 * @param path the path of the socket that is taken
	 */
	public AddressInUseException(Path path) {
		super("Cannot listen on unix:%s: another process listens there already".formatted(path));
	}

}
