package io.pmboot.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * Another socket listens on the address already.
 */
public class AddressInUseException extends IOException {

	private final SocketAddress address;

	/**
	 * Creates the exception.
	 * @param address the address that is taken
	 * @param cause what the operating system said
	 */
	public AddressInUseException(InetSocketAddress address, Throwable cause) {
		super("Cannot listen on %s: another process listens there already".formatted(TcpListener.text(address)), cause);
		this.address = address;
	}

	/**
	 * Creates the exception.
	 * @param path the path of the socket that is taken
	 */
	public AddressInUseException(Path path) {
		super("Cannot listen on unix:%s: another process listens there already".formatted(path));
		this.address = UnixDomainSocketAddress.of(path);
	}

	/**
	 * The address that is taken.
	 * @return the address
	 */
	public SocketAddress address() {
		return this.address;
	}

}
