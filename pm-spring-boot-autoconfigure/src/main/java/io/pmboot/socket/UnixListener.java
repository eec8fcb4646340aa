package io.pmboot.socket;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A listener on a unix socket, and the file in which clients find it.
 */
final class UnixListener implements BoundListener {

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
	 * @return the listener
	 * @throws AddressInUseException where another process listens there
	 * @throws IOException where it cannot be bound for another reason, which it names
	 * @throws UnsatisfiedLinkError where Netty's native transport cannot be loaded
	 */
	static UnixListener bind(Path path, SocketAccess access) throws IOException {
		Epoll.ensureAvailability();
		Path folder = path.getParent();
		try {
			if (folder != null && !Files.isDirectory(folder)) {
				throw new IOException("there is no directory " + folder);
			}
			SocketFile.clear(path);
			return listen(path, access);
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

	private static UnixListener listen(Path path, SocketAccess access) throws IOException {
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
			socket.listen(Backlog.maximum());
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
	public ListenAddress given(ListenAddress configured) {
		return configured;
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

	/**
	 * A file as it was at one moment, to be told from another that is at its path later.
	 *
	 * @param path where it is
	 * @param device where its inode is
	 * @param inode the number of its inode
	 * @param mode its type and permissions
	 */
	private record SocketFile(Path path, long device, long inode, int mode) {

		private static final int TYPE = 0170000;

		private static final int SOCKET = 0140000;

		private static final int LINK = 0120000;

		private static final int DIRECTORY = 0040000;

		/**
		 * What is at a path; of a link, the link.
		 * @param path the path
		 * @return the file, or {@code null} where there is none
		 * @throws IOException where that cannot be told
		 */
		static @Nullable SocketFile at(Path path) throws IOException {
			try {
				Map<String, Object> attributes = Files.readAttributes(path, "unix:dev,ino,mode",
						LinkOption.NOFOLLOW_LINKS);
				return new SocketFile(path, number(attributes, "dev").longValue(),
						number(attributes, "ino").longValue(), number(attributes, "mode").intValue());
			}
			catch (NoSuchFileException ex) {
				return null;
			}
		}

		private static Number number(Map<String, Object> attributes, String name) {
			return (Number) Objects.requireNonNull(attributes.get(name), name);
		}

		/**
		 * Makes room at a path: deletes the socket of a process that is gone.
		 * @param path the path
		 * @throws AddressInUseException where another process listens there
		 * @throws IOException where there is something else, or it cannot be deleted
		 */
		static void clear(Path path) throws IOException {
			SocketFile file = at(path);
			if (file == null) {
				return;
			}
			if ((file.mode & TYPE) != SOCKET) {
				throw new IOException("there is a %s already, which is left alone".formatted(file.type()));
			}
			if (file.isListenedOn()) {
				throw new AddressInUseException(path);
			}
			file.delete();
		}

		private String type() {
			return switch (this.mode & TYPE) {
				case LINK -> "symbolic link";
				case DIRECTORY -> "directory";
				default -> "file";
			};
		}

		private boolean isListenedOn() throws IOException {
			try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
				// Blocking, it would wait where the queue of the other is full.
				probe.configureBlocking(false);
				probe.connect(UnixDomainSocketAddress.of(this.path));
				return true;
			}
			catch (ConnectException ex) {
				return false;
			}
			catch (BindException ex) {
				throw new IOException("there is a socket already to which this user may not connect", ex);
			}
			catch (SocketException ex) {
				// Its queue is full, or it is bound and of another kind.
				return true;
			}
		}

		/**
		 * Deletes it, if it is what is at its path.
		 * @throws IOException where it cannot be deleted
		 */
		void delete() throws IOException {
			SocketFile now = at(this.path);
			if (now != null && now.device == this.device && now.inode == this.inode) {
				Files.deleteIfExists(this.path);
			}
		}

	}

}
