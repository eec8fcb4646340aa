package io.pmboot.socket;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.DomainDatagramSocketAddress;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;

/** What systemd has at the other end of a {@link NotifySocket}. */
public final class NotifyPeer implements Closeable {

	private final Socket socket;

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(8192);

	/**
	 * Binds it.
	 * @param name a path, or an abstract name with a 0 before it
	 * @throws IOException where it cannot be bound
	 */
	public NotifyPeer(String name) throws IOException {
		Epoll.ensureAvailability();
		this.socket = LinuxSocket.newSocketDomainDgram();
		this.socket.bind(new DomainSocketAddress(name));
	}

	/**
	 * Reads what has been sent.
	 * @return the messages, in their order
	 */
	public List<String> read() {
		List<String> messages = new ArrayList<>();
		try {
			while (true) {
				this.buffer.clear();
				DomainDatagramSocketAddress sender = this.socket.recvFromDomainSocket(this.buffer, 0,
						this.buffer.capacity());
				if (sender == null) {
					return messages;
				}
				this.buffer.limit(sender.receivedAmount());
				messages.add(StandardCharsets.UTF_8.decode(this.buffer).toString());
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
