package io.pmboot.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.LinuxSocket;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the passing of listeners from master to worker.
 */
@Timeout(120)
class ListenerPassingTests extends AbstractControlSocketTests {

	@Test
	void theListenersThatArriveAreTheMastersOwn() throws Exception {
		// More than Netty reads at one go.
		List<LinuxSocket> listeners = IntStream.range(0, 40).mapToObj((i) -> listener()).toList();
		start(new RecordingHandler(Duration.ofSeconds(30), List.copyOf(listeners)));
		ControlClient client = connect();
		for (int round = 0; round < 2; round++) {
			List<FileDescriptor> received = client.receiveListeners();
			assertThat(received).hasSameSizeAs(listeners);
			for (int i = 0; i < received.size(); i++) {
				Socket adopted = new Socket(received.get(i).intValue());
				assertThat(adopted.localAddress()).isEqualTo(listeners.get(i).localAddress());
				assertThat(adopted.intValue()).isNotEqualTo(listeners.get(i).intValue());
				assertAccepts(adopted);
				adopted.close();
				assertThat(listeners.get(i).isOpen()).isTrue();
				assertAccepts(listeners.get(i));
			}
		}
	}

	@Test
	void aGroupWithoutListenersOpensNoSecondConnection() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		assertThat(client.receiveListeners()).isEmpty();
	}

	@Test
	void tooFewListenersAreAFailureAndNoneStaysOpen() throws Exception {
		List<FileDescriptor> passed = new ArrayList<>(List.of(listener(), listener()));
		RecordingHandler handler = new RecordingHandler(Duration.ofSeconds(30), passed);
		start(handler);
		ControlClient client = connect();
		passed.remove(1);
		assertThatIOException().isThrownBy(client::receiveListeners).withMessageContaining("it passed 1 of 2");
		awaitOneDescriptorEach(passed);
	}

	@Test
	void surplusListenersAreClosed() throws Exception {
		List<FileDescriptor> passed = new ArrayList<>(List.of(listener()));
		RecordingHandler handler = new RecordingHandler(Duration.ofSeconds(30), passed);
		start(handler);
		ControlClient client = connect();
		passed.add(listener());
		List<FileDescriptor> received = client.receiveListeners();
		assertThat(received).hasSize(1);
		received.get(0).close();
		awaitOneDescriptorEach(passed);
	}

	@Test
	void theListenersAreNotPassedWithoutAControlStream() throws Exception {
		RecordingHandler handler = new RecordingHandler(Duration.ofSeconds(30), List.of(listener()));
		start(handler);
		SocketChannel peer = raw();
		send(peer, new Frame.Attach());
		assertEnds(peer);
	}

	private static void assertAccepts(Socket listener) throws IOException {
		InetSocketAddress address = listener.localAddress();
		try (java.net.Socket client = new java.net.Socket(address.getAddress(), address.getPort())) {
			int accepted = listener.accept(new byte[32]);
			assertThat(accepted).isPositive();
			assertThat(new Socket(accepted).remoteAddress().getPort()).isEqualTo(client.getLocalPort());
			new Socket(accepted).close();
		}
	}

	// The client closes what it does not hand out on its event loop.
	private static void awaitOneDescriptorEach(List<FileDescriptor> listeners) {
		for (FileDescriptor listener : listeners) {
			await().until(() -> descriptors(listener) == 1);
		}
	}

	private static long descriptors(FileDescriptor listener) throws IOException {
		Path own = Path.of("/proc/self/fd");
		Path socket = Files.readSymbolicLink(own.resolve(Integer.toString(listener.intValue())));
		long count = 0;
		try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(own)) {
			for (Path descriptor : descriptors) {
				try {
					count += Files.readSymbolicLink(descriptor).equals(socket) ? 1 : 0;
				}
				catch (NoSuchFileException ex) {
					// Another thread has closed it.
				}
			}
		}
		return count;
	}

	private LinuxSocket listener() {
		Epoll.ensureAvailability();
		try {
			LinuxSocket listener = LinuxSocket.newSocketStream();
			closeLater(listener::close);
			listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
			listener.listen(16);
			return listener;
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
