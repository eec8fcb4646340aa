package io.pmboot.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Master and worker in one JVM, on a real control socket.
 */
abstract class AbstractControlSocketTests {

	static final long PID = ProcessHandle.current().pid();

	@TempDir
	Path directory;

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (int i = this.open.size() - 1; i >= 0; i--) {
			this.open.get(i).close();
		}
	}

	void closeLater(AutoCloseable closeable) {
		this.open.add(closeable);
	}

	static void assertEnds(SocketChannel peer) throws IOException {
		assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
	}

	Path socket() {
		return this.directory.resolve("control");
	}

	ControlServer start(ControlHandler handler) throws IOException {
		return start(handler, Duration.ofSeconds(60));
	}

	ControlServer start(ControlHandler handler, Duration handshakeTimeout) throws IOException {
		ControlServer server = new ControlServer(socket(), handshakeTimeout);
		this.open.add(server);
		server.start(handler);
		return server;
	}

	ControlClient connect() throws IOException {
		ControlClient client = ControlClient.connect(socket());
		this.open.add(client);
		return client;
	}

	SocketChannel raw() throws IOException {
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		this.open.add(channel);
		channel.connect(UnixDomainSocketAddress.of(socket()));
		return channel;
	}

	static void send(SocketChannel peer, Frame message) throws IOException {
		peer.write(frame(message));
	}

	static ByteBuffer frame(Frame message) {
		ByteBuf body = Unpooled.buffer();
		FrameCodec.write(message, body);
		ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.readableBytes());
		frame.putInt(body.readableBytes()).put(body.nioBuffer()).flip();
		return frame;
	}

}
