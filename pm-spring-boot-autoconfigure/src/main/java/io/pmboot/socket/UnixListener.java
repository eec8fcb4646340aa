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
import java.nio.file.attribute.BasicFileAttributes;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import org.jspecify.annotations.Nullable;

/**
 * A listener on a unix socket, and the file in which clients find it.
 */
final class UnixListener extends BoundListener {

	private static final int FILE_TYPE = 0170000;

	private static final int SOCKET = 0140000;

	private final Path path;

	/** Device and inode: tells its file from another that is at its path later. */
	private final Object file;

	private UnixListener(Socket socket, Path path, Object file) {
		super(socket);
		this.path = path;
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
			clear(path);
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
		Object file = null;
		try {
			socket.bind(new DomainSocketAddress(path.toString()));
			file = fileAt(path);
			if (file == null) {
				throw new IOException("another process has deleted its file");
			}
			// Nobody can connect before it listens, whatever mode it was created with.
			access.apply(path);
			socket.listen(BACKLOG);
			return new UnixListener(socket, path, file);
		}
		catch (IOException | RuntimeException ex) {
			delete(path, file);
			socket.close();
			throw ex;
		}
	}

	// Makes room: deletes the socket of a process that is gone.
	private static void clear(Path path) throws IOException {
		Object file = fileAt(path);
		if (file == null) {
			return;
		}
		if (((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE) != SOCKET) {
			throw new IOException("there is a %s already, which is left alone".formatted(type(path)));
		}
		if (isListenedOn(path)) {
			throw new AddressInUseException(path);
		}
		delete(path, file);
	}

	private static String type(Path path) {
		if (Files.isSymbolicLink(path)) {
			return "symbolic link";
		}
		return Files.isDirectory(path) ? "directory" : "file";
	}

	private static boolean isListenedOn(Path path) throws IOException {
		try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
			// Blocking, it would wait where the queue of the other is full.
			probe.configureBlocking(false);
			probe.connect(UnixDomainSocketAddress.of(path));
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

	// Of a link, the link.
	private static @Nullable Object fileAt(Path path) throws IOException {
		try {
			return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static void delete(Path path, @Nullable Object file) throws IOException {
		if (file != null && file.equals(fileAt(path))) {
			Files.deleteIfExists(path);
		}
	}

	/**
	 * Deletes the file, too, unless another process has replaced it.
	 */
	@Override
	public void close() throws IOException {
		if (!descriptor().isOpen()) {
			return;
		}
		// The file first: as long as the socket is open its inode is no other file's.
		try {
			delete(this.path, this.file);
		}
		finally {
			super.close();
		}
	}

	@Override
	public String toString() {
		return "unix:" + this.path;
	}

}
