package io.pmboot.actuate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class PeerUsersTests {

	private static final String ROW = "   1: %s %s 01 00000000:00000000 00:00000000 00000000  %s        0 %s 1 0 20 4 0 10 -1%n";

	@TempDir
	private Path proc;

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, tcp, 0100007F", "127.0.0.1, tcp6, 0000000000000000FFFF00000100007F",
			"::1, tcp6, 00000000000000000000000001000000" })
	void theUserOfTheSocketWithTheseEndsIsFound(String address, String table, String hex) throws IOException {
		table(table,
				ROW.formatted(hex + ":1F8F", hex + ":C000", "0", "11")
						+ ROW.formatted(hex + ":C001", hex + ":1F8F", "33", "12")
						+ ROW.formatted(hex + ":C000", hex + ":1F8F", "1000", "13"));
		assertThat(user(address, 0xC000, 0x1F8F)).isEqualTo(1000L);
		assertThat(user(address, 0xC001, 0x1F8F)).isEqualTo(33L);
		assertThat(user(address, 0xC002, 0x1F8F)).isNull();
	}

	@Test
	void aSocketThatNobodyHoldsIsNobodys() throws IOException {
		table("tcp", ROW.formatted("0100007F:C000", "0100007F:1F8F", "0", "0"));
		assertThat(user("127.0.0.1", 0xC000, 0x1F8F)).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "::1" })
	void thisProcessFindsItself(String address) throws IOException {
		PeerUsers users = new PeerUsers(Path.of("/proc"));
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(address));
				Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
				Socket accepted = server.accept()) {
			assertThat(users.userOf((InetSocketAddress) accepted.getRemoteSocketAddress(),
					(InetSocketAddress) accepted.getLocalSocketAddress()))
				.isEqualTo(users.own());
			assertThat(client.isConnected()).isTrue();
		}
	}

	private Long user(String address, int peer, int self) throws IOException {
		return new PeerUsers(this.proc).userOf(new InetSocketAddress(address, peer),
				new InetSocketAddress(address, self));
	}

	private void table(String name, String rows) throws IOException {
		Path tables = Files.createDirectories(this.proc.resolve("self").resolve("net"));
		Files.writeString(tables.resolve(name), "  sl  local_address rem_address%n".formatted() + rows);
	}

}
