package io.pmboot.control;

import org.jspecify.annotations.Nullable;

/**
 * Netty's native transport, which master and workers need for their unix-domain sockets,
 * cannot be loaded in this JVM.
 */
public class NativeTransportException extends RuntimeException {

	private final String system;

	/**
	 * Creates an exception for the system that this JVM runs on.
	 * @param cause why, as Netty says
	 */
	public NativeTransportException(@Nullable Throwable cause) {
		this(System.getProperty("os.name"), System.getProperty("os.arch"), cause);
	}

	private NativeTransportException(String name, String architecture, @Nullable Throwable cause) {
		super("Netty's native transport (epoll) cannot be loaded on %s (%s): %s".formatted(name, architecture,
				root(cause)), cause);
		this.system = name + " (" + architecture + ")";
	}

	private static String root(@Nullable Throwable cause) {
		Throwable root = cause;
		while (root != null && root.getCause() != null) {
			root = root.getCause();
		}
		return (root != null) ? root.toString() : "no cause is known";
	}

	/**
	 * The operating system and its architecture, as Java names them.
	 * @return for example {@code Linux (amd64)}
	 */
	public String system() {
		return this.system;
	}

}
