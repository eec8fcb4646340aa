package io.pmboot.master;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.StartFailedException;
import io.pmboot.master.GroupListeners.Binding;
import io.pmboot.settings.MessageSettings;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A generation that listens elsewhere than the one before, on real sockets.
 */
class ChangedListenersTests {

	@TempDir
	private Path folder;

	private BoundListeners listeners;

	@BeforeEach
	void bindFirst() {
		this.listeners = BoundListeners.bind(new MasterSettings(
				List.of(group("web", "0", "127.0.0.1:0"), group("api", "0")), InetAddress.getLoopbackAddress(),
				Path.of("unused"), false, new MessageSettings(DataSize.ofBytes(1000), 10), Map.of(), Set.of()));
	}

	@AfterEach
	void close() {
		this.listeners.close();
	}

	@Test
	void inheritedListenersAreTheVerySame() {
		this.listeners.inherit("web", 1, 2);
		assertThat(this.listeners.addresses("web", 2)).isEqualTo(this.listeners.addresses("web", 1)).hasSize(2);
		assertThat(this.listeners.descriptors("web", 2)).isEqualTo(this.listeners.descriptors("web", 1));
	}

	@Test
	void whatStaysIsTheVerySameAndWhatIsNewIsBound() throws Exception {
		List<FileDescriptor> before = this.listeners.descriptors("web", 1);
		Path socket = this.folder.resolve("socket");
		bind("unix:" + socket, "127.0.0.1:0", "0", "0").keep();
		List<FileDescriptor> after = this.listeners.descriptors("web", 2);
		assertThat(after).hasSize(4).doesNotHaveDuplicates();
		assertThat(after.get(1)).isSameAs(before.get(1));
		assertThat(after.get(2)).isSameAs(before.get(0));
		assertThat(this.listeners.addresses("web", 2)).startsWith("unix:" + socket)
			.containsAll(this.listeners.addresses("web", 1));
		SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
		assertThat(this.listeners.descriptors("web", 1)).isEqualTo(before);
	}

	@Test
	void whatNobodyHasAnyMoreIsReleasedAndNothingElse() throws Exception {
		List<Integer> old = ports("web", 1);
		bind("0").keep();
		this.listeners.keep("web", Set.of(1, 2));
		assertThat(old).allMatch(ChangedListenersTests::connects);
		this.listeners.keep("web", Set.of(2));
		assertThat(connects(old.get(0))).as("it is listed still").isTrue();
		assertThat(connects(old.get(1))).isFalse();
		assertThat(ports("web", 2)).containsExactly(old.get(0));
		assertThat(ports("api", 1)).allMatch(ChangedListenersTests::connects);
	}

	@Test
	void aPortThatIsTakenLeavesEverythingAsItWas() throws Exception {
		List<FileDescriptor> before = this.listeners.descriptors("web", 1);
		Path socket = this.folder.resolve("socket");
		try (ServerSocket other = new ServerSocket()) {
			other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			assertThatExceptionOfType(CompletionException.class)
				.isThrownBy(() -> this.listeners
					.bind(group("web", "0", "unix:" + socket, String.valueOf(other.getLocalPort())), 1, 2)
					.toCompletableFuture()
					.join())
				.withCauseInstanceOf(StartFailedException.class)
				.withMessageContaining("Group 'web' cannot listen on " + other.getLocalPort())
				.satisfies((ex) -> assertThat(ex.getCause()).hasCauseInstanceOf(AddressInUseException.class));
		}
		assertThat(socket).doesNotExist();
		assertThat(this.listeners.descriptors("web", 1)).isEqualTo(before);
		assertThat(ports("web", 1)).allMatch(ChangedListenersTests::connects);
		assertThat(this.listeners.addresses("web", 2)).isEmpty();
	}

	@Test
	void anAddressOfAnotherGroupIsTaken() {
		int port = ports("api", 1).get(0);
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(
					() -> this.listeners.bind(group("web", String.valueOf(port)), 1, 2).toCompletableFuture().join())
			.withCauseInstanceOf(StartFailedException.class);
	}

	@Test
	void whatIsDroppedTakesNothingWithIt() throws Exception {
		Path socket = this.folder.resolve("socket");
		Binding binding = bind("unix:" + socket, "0");
		assertThat(socket).exists();
		binding.drop();
		assertThat(socket).doesNotExist();
		assertThat(ports("web", 1)).allMatch(ChangedListenersTests::connects);
	}

	@Test
	void aGroupMayListenNoMoreAndAgain() throws Exception {
		List<Integer> old = ports("web", 1);
		bind().keep();
		this.listeners.keep("web", Set.of(2));
		assertThat(this.listeners.descriptors("web", 2)).isEmpty();
		assertThat(old).noneMatch(ChangedListenersTests::connects);
		this.listeners.bind(group("web", "0"), 2, 3).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
		assertThat(ports("web", 3)).singleElement().matches(ChangedListenersTests::connects);
	}

	@Test
	void stoppedAndStartedItListensWhereItsGenerationDid() throws Exception {
		bind("0", "0").keep();
		this.listeners.keep("web", Set.of(2));
		List<Integer> ports = ports("web", 2);
		this.listeners.close("web");
		this.listeners.end("web");
		assertThat(ports).noneMatch(ChangedListenersTests::connects);
		this.listeners.bind(group("web", "0", "0"), 2, 2).toCompletableFuture().get(30, TimeUnit.SECONDS).keep();
		assertThat(ports("web", 2)).isEqualTo(ports).allMatch(ChangedListenersTests::connects);
	}

	@Test
	void theEndClosesThoseOfAllGenerations() throws Exception {
		Path socket = this.folder.resolve("socket");
		bind("unix:" + socket).keep();
		List<Integer> old = ports("web", 1);
		this.listeners.close();
		assertThat(socket).doesNotExist();
		assertThat(old).noneMatch(ChangedListenersTests::connects);
		assertThat(this.listeners.descriptors("web", 2)).isEmpty();
	}

	private Binding bind(String... listen) throws Exception {
		return this.listeners.bind(group("web", listen), 1, 2).toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private List<Integer> ports(String group, int generation) {
		return this.listeners.addresses(group, generation)
			.stream()
			.map((address) -> ListenAddress.of(address).port())
			.toList();
	}

	private static boolean connects(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static GroupSettings group(String name, String... listen) {
		return TestGroup.named(name).listen(listen).socketMode("0666").settings();
	}

}
