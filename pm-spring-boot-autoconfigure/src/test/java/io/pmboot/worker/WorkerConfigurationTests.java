package io.pmboot.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.pmboot.StartFailedException;
import io.pmboot.control.ControlClient;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.Frame.Configuration;
import io.pmboot.control.Frame.Configuration.Property;
import io.pmboot.control.RecordingHandler;
import io.pmboot.control.RecordingHandler.Connected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a worker tells its master the configuration of its group, on a real control socket.
 */
@Timeout(60)
class WorkerConfigurationTests {

	private static final List<Property> SAID = List.of(new Property("pm.groups.web.children", "3", "a file"));

	@TempDir
	private Path directory;

	private final RecordingHandler master = new RecordingHandler(Duration.ofSeconds(30), List.of()).silent();

	private final List<List<String>> read = new ArrayList<>();

	private ControlServer server;

	private WorkerConnection connection;

	@BeforeEach
	void listen() throws Exception {
		this.server = new ControlServer(this.directory.resolve("control"));
		this.server.start(this.master);
	}

	@AfterEach
	void close() {
		if (this.connection != null) {
			this.connection.close();
		}
		this.server.close();
	}

	@Test
	void isToldWhereItIsAskedAndTheAnswerHolds() throws Exception {
		connect(welcome(List.of(), List.of("prod", "master")));
		CompletableFuture<Void> configured = CompletableFuture.runAsync(this::configure);
		assertThat(this.master.next()).isEqualTo(new Configuration(SAID));
		assertThat(configured).isNotDone();
		send(welcome(List.of("8081"), List.of()));
		configured.get(30, TimeUnit.SECONDS);
		assertThat(this.connection.welcome().listeners()).containsExactly("8081");
		configure();
		assertThat(this.read).as("it is asked once").containsExactly(List.of("prod", "master"));
	}

	@Test
	void isNotReadWhereNobodyAsks() throws Exception {
		connect(welcome(List.of("8080"), List.of()));
		configure();
		assertThat(this.read).isEmpty();
		assertThat(this.connection.welcome().listeners()).containsExactly("8080");
	}

	@Test
	void theEndOfTheMasterEndsTheWait() throws Exception {
		connect(welcome(List.of(), List.of("master")));
		CompletableFuture<Void> configured = CompletableFuture.runAsync(this::configure);
		assertThat(this.master.next()).isInstanceOf(Configuration.class);
		this.server.close();
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> configured.get(30, TimeUnit.SECONDS))
			.withCauseInstanceOf(StartFailedException.class)
			.withMessageContaining("the group's configuration was not taken");
	}

	@Test
	void oneThatIsTooLongFailsTheStart() throws Exception {
		connect(welcome(List.of(), List.of("master")));
		Property huge = new Property("pm.groups.web.arguments", "x".repeat(2 * 1024 * 1024), "");
		assertThatExceptionOfType(StartFailedException.class)
			.isThrownBy(() -> this.connection.configure((profiles) -> List.of(huge)))
			.withMessageContaining("is longer than a frame may be");
		assertThat(this.master.isQuiet()).as("the stream stays").isTrue();
	}

	private void configure() {
		this.connection.configure((profiles) -> {
			this.read.add(profiles);
			return SAID;
		});
	}

	private void connect(Frame.Welcome welcome) throws Exception {
		CompletableFuture<ControlClient> client = CompletableFuture.supplyAsync(() -> {
			try {
				return ControlClient.connect(this.directory.resolve("control"));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		assertThat(this.master.next()).isInstanceOf(Connected.class);
		send(welcome);
		this.connection = new WorkerConnection(client.get(30, TimeUnit.SECONDS), new WorkerConnection.Exit((code) -> {
		}, (code) -> {
		}));
		this.connection.start();
	}

	private void send(Frame frame) {
		this.server.eventLoop().execute(() -> this.master.connection().send(frame));
	}

	private static Frame.Welcome welcome(List<String> listeners, List<String> masterProfiles) {
		return new Frame.Welcome(1, "web", 0, 2, listeners, Duration.ofSeconds(5), 1, Duration.ofHours(1), 1000,
				masterProfiles);
	}

}
