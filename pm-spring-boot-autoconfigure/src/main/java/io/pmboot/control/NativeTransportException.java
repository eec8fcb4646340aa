package io.pmboot.control;

import io.pmboot.StartFailedException;
import org.jspecify.annotations.Nullable;

/**
 * Netty's native transport, which master and workers need for their unix-domain sockets,
 * cannot be loaded in this JVM.
 */
final class NativeTransportException extends StartFailedException {

	private static final String ACTION = """
			Master and workers need Linux with glibc on x86_64 or aarch64, and netty-transport-native-epoll of the same version as the other Netty jars, with the classifier of this system:
			- another processor: add the dependency io.netty:netty-transport-native-epoll with its classifier
			- a temporary folder mounted noexec: set -Dio.netty.native.workdir to a folder that allows to execute
			- mixed versions: let Boot's BOM alone name the version of Netty
			On another system run the plain application (pm.enabled=false).""";

	/**
	 * Creates an exception for the system that this JVM runs on.
	 * @param cause why, as Netty says
	 */
	NativeTransportException(@Nullable Throwable cause) {
		super("Netty's native transport (epoll) cannot be loaded on %s (%s): %s"
			.formatted(System.getProperty("os.name"), System.getProperty("os.arch"), root(cause)), ACTION, cause);
	}

	private static String root(@Nullable Throwable cause) {
		Throwable root = cause;
		while (root != null && root.getCause() != null) {
			root = root.getCause();
		}
		return (root != null) ? root.toString() : "no cause is known";
	}

}
