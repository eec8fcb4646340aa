package io.pmboot.socket;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * A unix socket that the kernel lets nobody connect to but this process's user and root.
 * Its file may be removed or replaced at any time; connections live on.
 *
 * @since 0.1
 */
public final class PrivateSocket implements Closeable {

	private static final Log logger = LogFactory.getLog(PrivateSocket.class);

	private static final Set<PosixFilePermission> OWNER_ONLY = EnumSet.of(PosixFilePermission.OWNER_READ,
			PosixFilePermission.OWNER_WRITE);

	private final Path path;

	private volatile ServerSocketChannel channel;

	/** What tells the file from any that comes in its place. */
	private Map<String, Object> identity = Map.of();

	private volatile boolean closed;

	/**
	 * Listens.
	 * @param path where, in a folder of this process's user that nobody else may enter;
	 * what a process has left there that is gone is removed
	 * @throws IOException where that fails
	 */
	public PrivateSocket(Path path) throws IOException {
		this.path = path;
		this.channel = bind();
	}

	private ServerSocketChannel bind() throws IOException {
		Files.deleteIfExists(this.path);
		ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
		try {
			channel.bind(UnixDomainSocketAddress.of(this.path));
			Files.setPosixFilePermissions(this.path, OWNER_ONLY);
			this.identity = identity();
			return channel;
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	// An inode's number alone is soon given to another file.
	private Map<String, Object> identity() throws IOException {
		return Files.readAttributes(this.path, "unix:dev,ino,ctime", LinkOption.NOFOLLOW_LINKS);
	}

	private boolean isInPlace() {
		try {
			return identity().equals(this.identity);
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Its path.
	 * @return the path
	 */
	public Path path() {
		return this.path;
	}

	/**
	 * Whether it has not been closed.
	 * @return whether it is open
	 */
	public boolean isOpen() {
		return !this.closed;
	}

	/**
	 * Waits for a connection.
	 * @return the connection
	 * @throws ClosedChannelException once this is closed
	 * @throws IOException where accepting fails
	 */
	public SocketChannel accept() throws IOException {
		while (true) {
			ServerSocketChannel channel = this.channel;
			try {
				return channel.accept();
			}
			catch (ClosedChannelException ex) {
				if (channel == this.channel) {
					throw ex;
				}
				// It was opened again meanwhile.
			}
		}
	}

	/**
	 * Opens it again where its file was removed or replaced. Blocks; not to be called by
	 * two threads at a time.
	 * @throws IOException where that fails
	 */
	public void ensureReachable() throws IOException {
		if (this.closed || isInPlace()) {
			return;
		}
		ServerSocketChannel before = this.channel;
		this.channel = bind();
		before.close();
		if (this.closed) {
			close();
			return;
		}
		logger.warn("The socket %s was removed or replaced; it is open again".formatted(this.path));
	}

	/** Accepts no more, and removes its file. */
	@Override
	public void close() throws IOException {
		this.closed = true;
		this.channel.close();
		if (isInPlace()) {
			Files.deleteIfExists(this.path);
		}
	}

}
