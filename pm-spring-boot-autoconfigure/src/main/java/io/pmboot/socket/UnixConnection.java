package io.pmboot.socket;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A connection to a unix socket on which nothing is waited for without a bound, which the
 * JDK's has not. For one thread at a time; closing it, on any thread, ends what waits.
 */
final class UnixConnection implements Closeable {

	private static final int SIZE = 16 * 1024;

	private final SocketChannel channel;

	private final Selector selector;

	private final SelectionKey key;

	private final ByteBuffer read = ByteBuffer.allocate(SIZE).limit(0);

	/**
	 * Connects. A unix socket takes a connection at once, or has the one who blocks wait
	 * for ever.
	 * @param socket the socket
	 * @throws IOException where nobody listens, or too many wait already
	 */
	UnixConnection(Path socket) throws IOException {
		this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		try {
			this.channel.configureBlocking(false);
			connect(this.channel, socket);
			this.selector = Selector.open();
			this.key = this.channel.register(this.selector, 0);
		}
		catch (IOException ex) {
			this.channel.close();
			throw ex;
		}
	}

	private static void connect(SocketChannel channel, Path socket) throws IOException {
		try {
			channel.connect(UnixDomainSocketAddress.of(socket));
		}
		catch (ConnectException | BindException ex) {
			throw ex;
		}
		catch (SocketException ex) {
			if (!Files.exists(socket)) {
				throw new NoSuchFileException(socket.toString(), null, "nobody listens there any more");
			}
			// EAGAIN, which has no exception of its own.
			throw new SocketException("too many connections wait there already");
		}
	}

	/**
	 * Writes all of some bytes.
	 * @param bytes the bytes
	 * @param bound how long it may take until the other end takes some more; 0 for ever
	 * @throws IOException where that fails, or takes too long
	 */
	void write(ByteBuffer bytes, Duration bound) throws IOException {
		while (bytes.hasRemaining()) {
			if (this.channel.write(bytes) == 0) {
				await(SelectionKey.OP_WRITE, bound);
			}
		}
	}

	/**
	 * What has been read and not been used, at least a byte.
	 * @param bound how long to wait for it; 0 for ever
	 * @return the bytes, to be used up
	 * @throws EOFException where the other end sends no more
	 * @throws IOException where reading fails, or takes too long
	 */
	ByteBuffer read(Duration bound) throws IOException {
		while (!this.read.hasRemaining()) {
			int count = this.channel.read(this.read.clear());
			this.read.flip();
			if (count < 0) {
				throw new EOFException("the connection ended before the answer was whole");
			}
			if (count == 0) {
				await(SelectionKey.OP_READ, bound);
			}
		}
		return this.read;
	}

	private void await(int operation, Duration bound) throws IOException {
		try {
			this.key.interestOps(operation);
			this.selector.selectedKeys().clear();
			if (this.selector.select(bound.toMillis()) == 0 && this.channel.isOpen()) {
				throw new SocketTimeoutException("nothing happened for %d s".formatted(bound.toSeconds()));
			}
		}
		catch (ClosedSelectorException | CancelledKeyException ex) {
			throw new ClosedChannelException();
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
		this.selector.close();
	}

}
