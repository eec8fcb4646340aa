package io.pmboot.socket;

import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.net.ProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;

/**
 * Makes JDK channels of descriptors. The JDK can do all of this but offers none of it,
 * hence the reflection, which is all in this class; it is the same on JDK 17 and 25.
 */
final class JdkSockets {

	/** The package of java.base that has to be open to this module. */
	static final String PACKAGE = "sun.nio.ch";

	private static final MethodHandle NEW_DESCRIPTOR = method("IOUtil", "newFD", int.class);

	private static final MethodHandle CONFIGURE_BLOCKING = method("IOUtil", "configureBlocking", FileDescriptor.class,
			boolean.class);

	private static final MethodHandle DUP = method("InheritedChannel", "dup", int.class);

	private static final MethodHandle ADDRESS_FAMILY = method("InheritedChannel", "addressFamily", int.class);

	private static final MethodHandle PROTOCOL_FAMILY = method("InheritedChannel", "protocolFamily", int.class);

	private static final MethodHandle AVAILABLE = method("SocketChannelImpl", "available");

	private static final MethodHandle SERVER_CHANNEL = serverChannel();

	private JdkSockets() {
	}

	/**
	 * Makes a channel that owns a listening descriptor.
	 * @param descriptor the descriptor
	 * @return the channel, in blocking mode whatever the mode of the open file
	 * description
	 * @throws IOException where it is not a socket
	 */
	static ServerSocketChannel channel(int descriptor) throws IOException {
		ProtocolFamily family;
		try {
			family = (ProtocolFamily) call(PROTOCOL_FAMILY, call(ADDRESS_FAMILY, descriptor));
		}
		catch (IllegalArgumentException ex) {
			throw new IOException("Descriptor %d is not a socket".formatted(descriptor), ex);
		}
		return (ServerSocketChannel) call(SERVER_CHANNEL, SelectorProvider.provider(), family,
				fileDescriptor(descriptor), true);
	}

	static int duplicate(int descriptor) throws IOException {
		return (int) call(DUP, descriptor);
	}

	static void configureBlocking(int descriptor, boolean block) throws IOException {
		call(CONFIGURE_BLOCKING, fileDescriptor(descriptor), block);
	}

	/**
	 * How many bytes can be read at once: {@code socket()}, which could tell, is refused
	 * by a channel of a unix socket.
	 * @param channel a connection
	 * @return the number of bytes
	 * @throws IOException where it is closed
	 */
	static int available(SocketChannel channel) throws IOException {
		return (int) call(AVAILABLE, channel);
	}

	private static FileDescriptor fileDescriptor(int descriptor) throws IOException {
		return (FileDescriptor) call(NEW_DESCRIPTOR, descriptor);
	}

	private static Object call(MethodHandle handle, Object... arguments) throws IOException {
		try {
			return handle.invokeWithArguments(arguments);
		}
		catch (IOException | RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IOException(ex);
		}
	}

	private static MethodHandle method(String type, String name, Class<?>... parameters) {
		try {
			Method method = Class.forName(PACKAGE + "." + type).getDeclaredMethod(name, parameters);
			method.setAccessible(true);
			return MethodHandles.lookup().unreflect(method);
		}
		catch (ReflectiveOperationException | InaccessibleObjectException ex) {
			throw unavailable(ex);
		}
	}

	private static MethodHandle serverChannel() {
		try {
			Constructor<?> constructor = Class.forName(PACKAGE + ".ServerSocketChannelImpl")
				.getDeclaredConstructor(SelectorProvider.class, ProtocolFamily.class, FileDescriptor.class,
						boolean.class);
			constructor.setAccessible(true);
			return MethodHandles.lookup().unreflectConstructor(constructor);
		}
		catch (ReflectiveOperationException | InaccessibleObjectException ex) {
			throw unavailable(ex);
		}
	}

	private static IllegalStateException unavailable(Exception cause) {
		return new IllegalStateException(
				"Java %s has other sockets in %s than Java 17 to 25 have".formatted(Runtime.version(), PACKAGE), cause);
	}

}
