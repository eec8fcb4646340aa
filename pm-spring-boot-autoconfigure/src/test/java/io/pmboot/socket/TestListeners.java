package io.pmboot.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

import io.netty.channel.unix.FileDescriptor;

/**
 * Listeners for tests, on free ports of the loopback interface and on unix sockets.
 */
public final class TestListeners {

	private TestListeners() {
	}

	public static TcpListener bind() throws IOException {
		return bind("127.0.0.1", 0);
	}

	public static TcpListener bind(String host, int port) throws IOException {
		return TcpListener.bind(new InetSocketAddress(InetAddress.getByName(host), port));
	}

	public static BoundListener bind(Path path) throws IOException {
		return UnixListener.bind(path, new SocketAccess(SocketMode.of("0600"), SocketOwner.of("")));
	}

	/**
	 * What a worker has after the listener was passed to it: another descriptor of the
	 * same socket.
	 * @param listener the master's
	 * @return a worker's
	 * @throws IOException where that fails
	 */
	public static AdoptedListener adopt(BoundListener listener) throws IOException {
		return adopt(listener.descriptor());
	}

	/**
	 * Passes a listener as systemd does to what it starts.
	 * @param listener the listener of whoever passes it
	 * @param name what that one calls it
	 * @return what was passed
	 * @throws IOException where it cannot be used
	 */
	public static PassedListener pass(FileDescriptor listener, String name) throws IOException {
		return PassedListener.all(Map.of("LISTEN_FDS", "1", "LISTEN_FDNAMES", name), listener.intValue()).get(0);
	}

	public static AdoptedListener adopt(FileDescriptor listener) throws IOException {
		return AdoptedListener.adopt(new FileDescriptor(JdkSockets.duplicate(listener.intValue())));
	}

}
