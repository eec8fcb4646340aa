package io.pmboot.web;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.example.app.ShopApplication;
import io.pmboot.process.ProcessLauncher.BeforeFork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The master's Actuator on its unix socket, with and without a port: real masters in this
 * JVM.
 */
@Timeout(120)
public abstract class ActuatorSocketContract {

	private static final String SECURITY = "org.springframework.boot.security.autoconfigure.";

	private static final String NO_LOGIN = String.join(",",
			SECURITY + "web.servlet.ServletWebSecurityAutoConfiguration",
			SECURITY + "web.servlet.SecurityFilterAutoConfiguration",
			SECURITY + "actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			SECURITY + "web.reactive.ReactiveWebSecurityAutoConfiguration",
			SECURITY + "actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration");

	@TempDir
	private Path directory;

	private final String type;

	private final String otherServers;

	/**
	 * Creates it.
	 * @param type the kind of web application
	 * @param otherServers auto-configurations of other servers, which the class path of
	 * the tests has
	 */
	protected ActuatorSocketContract(String type, String... otherServers) {
		this.type = type;
		this.otherServers = String.join(",", otherServers);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0 })
	void answersThereAndIsOpenedAgain(int port) throws Exception {
		Path socket = this.directory.resolve("run/actuator.sock");
		Set<String> before = listening();
		try (ConfigurableApplicationContext context = start(port)) {
			Set<String> ports = listening();
			ports.removeAll(before);
			assertThat(ports).hasSize((port == -1) ? 0 : 1);
			try (Connection kept = new Connection(socket)) {
				assertThat(kept.ask("GET", "/actuator/health")).contains(" 200 ");
				assertThat(kept.ask("GET", "/shop")).contains(" 404 ");
				assertThat(kept.ask("POST", "/actuator/pm/reload")).contains(" 202 ");
				Files.delete(socket);
				context.getBean(BeforeFork.class).check();
				try (Connection next = new Connection(socket)) {
					assertThat(next.ask("GET", "/actuator/pm")).contains(" 200 ", "\"groups\"");
				}
				assertThat(kept.ask("GET", "/actuator/pm")).contains(" 200 ");
			}
			try (Connection page = new Connection(socket)) {
				assertThat(page.ask("POST", "/actuator/pm/reload", "Origin: http://foreign.example")).contains(" 403 ");
			}
		}
		assertThat(socket).doesNotExist();
	}

	private ConfigurableApplicationContext start(int port) {
		return new SpringApplication(ShopApplication.class).run("--spring.profiles.active=master",
				"--pm.groups.web.children=0", "--pm.master.port=" + port,
				"--pm.master.run-directory=" + this.directory.resolve("run"),
				"--spring.main.web-application-type=" + this.type,
				"--spring.autoconfigure.exclude=" + String.join(",", NO_LOGIN, this.otherServers));
	}

	// The TCP sockets of this process that listen, by their inodes.
	private static Set<String> listening() throws IOException {
		Set<String> listening = new HashSet<>();
		for (String table : List.of("tcp", "tcp6")) {
			try (Stream<String> rows = Files.lines(Path.of("/proc/net", table))) {
				rows.map((row) -> row.strip().split("\\s+"))
					.filter((row) -> row[3].equals("0A"))
					.forEach((row) -> listening.add("socket:[" + row[9] + "]"));
			}
		}
		Set<String> own = new HashSet<>();
		try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
			for (Path descriptor : descriptors.toList()) {
				try {
					own.add(Files.readSymbolicLink(descriptor).toString());
				}
				catch (IOException ex) {
					// That of the folder itself.
				}
			}
		}
		listening.retainAll(own);
		return listening;
	}

	/**
	 * A connection that is kept alive.
	 */
	private static final class Connection implements AutoCloseable {

		private final SocketChannel channel;

		Connection(Path socket) throws IOException {
			this.channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
		}

		String ask(String method, String path, String... headers) throws IOException {
			String request = "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n".formatted(method, path,
					String.join("", Stream.of(headers).map((header) -> header + "\r\n").toList()));
			this.channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
			ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
			while (!isWhole(text(answer))) {
				assertThat(this.channel.read(answer)).as(text(answer)).isPositive();
			}
			return text(answer);
		}

		private static String text(ByteBuffer answer) {
			return StandardCharsets.UTF_8.decode(answer.duplicate().flip()).toString();
		}

		private static boolean isWhole(String answer) {
			int body = answer.indexOf("\r\n\r\n") + 4;
			if (body < 4) {
				return false;
			}
			String head = answer.substring(0, body).toLowerCase();
			int length = head.indexOf("content-length: ");
			return (length < 0) ? answer.endsWith("\r\n0\r\n\r\n")
					: answer.getBytes(StandardCharsets.UTF_8).length >= body
							+ Integer.parseInt(head.substring(length + 16, head.indexOf("\r\n", length)).trim());
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
		}

	}

}
