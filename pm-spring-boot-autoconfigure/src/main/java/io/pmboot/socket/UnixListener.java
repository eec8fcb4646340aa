package io.pmboot.socket;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;

/**
 * A listener on a unix socket, and the file in which clients find it.
 */
public final class UnixListener implements BoundListener {

	private final Socket socket;

	private final SocketFile file;

	private UnixListener(Socket socket, SocketFile file) {
		this.socket = socket;
		this.file = file;
	}

	/**
	 * Binds a path and listens on it. A socket is replaced there on which nobody listens
	 * any more, and nothing else.
	 * @param path the path
	 * @param access who may connect
	 * @param backlog how many connections may wait, see {@link Backlog#maximum()}
	 * @return the listener
	 * @throws AddressInUseException where another process listens there
	 * @throws IOException where it cannot be bound for another reason, which it names
	 * @throws UnsatisfiedLinkError where Netty's native transport cannot be loaded
	 */
	public static UnixListener bind(Path path, SocketAccess access, int backlog) throws IOException {
		Epoll.ensureAvailability();
		Path folder = path.getParent();
		try {
			if (folder != null && !Files.isDirectory(folder)) {
				throw new IOException("there is no directory " + folder);
			}
			SocketFile.clear(path);
			return listen(path, access, backlog);
		}
		catch (AddressInUseException ex) {
			throw ex;
		}
		catch (ChannelException | IOException ex) {
			throw new IOException("Cannot listen on unix:%s: %s".formatted(path, reason(ex)), ex);
		}
	}

	private static String reason(Exception ex) {
		return (ex instanceof AccessDeniedException denied) ? "permission denied for " + denied.getFile()
				: String.valueOf(ex.getMessage());
	}

	private static UnixListener listen(Path path, SocketAccess access, int backlog) throws IOException {
		Socket socket = LinuxSocket.newSocketDomain();
		SocketFile file = null;
		try {
			socket.bind(new DomainSocketAddress(path.toString()));
			file = SocketFile.at(path);
			if (file == null) {
				throw new IOException("another process has deleted its file");
			}
			// Nobody can connect before it listens, whatever mode it was created with.
			access.apply(path);
			socket.listen(backlog);
			return new UnixListener(socket, file);
		}
		catch (IOException | RuntimeException ex) {
			if (file != null) {
				file.delete();
			}
			socket.close();
			throw ex;
		}
	}

	@Override
	public Socket descriptor() {
		return this.socket;
	}

	/**
	 * Deletes the file, too, unless another process has replaced it.
	 */
	@Override
	public void close() throws IOException {
		if (!this.socket.isOpen()) {
			return;
		}
		// The file first: as long as the socket is open its inode is no other file's.
		try {
			this.file.delete();
		}
		finally {
			this.socket.close();
		}
	}

	@Override
	public String toString() {
		return "unix:" + this.file.path();
	}

}
