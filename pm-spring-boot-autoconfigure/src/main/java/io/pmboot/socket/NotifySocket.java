package io.pmboot.socket;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.Socket;

/**
 * The socket on which a service manager such as systemd is told how this process is:
 * sd_notify(3). Used by one thread at a time, and never waits.
 */
public final class NotifySocket implements Closeable {

	/** What systemd reads of one message. */
	private static final int MAX_LENGTH = 4096;

	private final Socket socket;

	private final String name;

	private final byte[] address;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_LENGTH);

	private NotifySocket(Socket socket, String name) {
		this.socket = socket;
		this.name = name;
		// An abstract name is written with an at sign for the 0 that it begins with.
		this.address = (name.startsWith("@") ? '\0' + name.substring(1) : name).getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Opens a socket to send from.
	 * @param name the path of the service manager's socket, or {@code @} and its abstract
	 * name
	 * @return the socket
	 * @throws IOException where the name is of another kind, or no socket is to be had
	 */
	public static NotifySocket open(String name) throws IOException {
		if (!name.startsWith("/") && !name.startsWith("@")) {
			throw new IOException(
					"'%s' is neither an absolute path nor, with an @ before it, an abstract name".formatted(name));
		}
		Epoll.ensureAvailability();
		try {
			return new NotifySocket(LinuxSocket.newSocketDomainDgram(), name);
		}
		catch (ChannelException ex) {
			throw new IOException(ex.getMessage(), ex);
		}
	}

	/**
	 * Sends a message.
	 * @param message its lines; what is too long for one message is cut off
	 * @return whether it was sent; otherwise too many wait to be read
	 * @throws IOException where nobody is there to read it
	 */
	public boolean send(String message) throws IOException {
		byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
		int length = Math.min(bytes.length, MAX_LENGTH);
		this.buffer.clear().put(bytes, 0, length);
		try {
			return this.socket.sendToDomainSocket(this.buffer, 0, length, this.address) > 0;
		}
		catch (FileNotFoundException ex) {
			throw new IOException("there is no socket " + this.name, ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	@Override
	public String toString() {
		return this.name;
	}

}
