package io.pmboot.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.WorkerLoad;
import io.pmboot.accept.Serving;
import io.pmboot.control.ControlClient;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.RecordingHandler;
import io.pmboot.control.RecordingHandler.Connected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Heartbeats of a worker as its master receives them, on a real control socket.
 */
@Timeout(60)
class HeartbeatStreamTests {

	@TempDir
	private Path directory;

	private final RecordingHandler master = new RecordingHandler(Duration.ofSeconds(30), List.of(),
			Duration.ofMillis(100));

	private ControlServer server;

	private WorkerConnection connection;

	@BeforeEach
	void connect() throws Exception {
		Path socket = this.directory.resolve("control");
		this.server = new ControlServer(socket);
		this.server.start(this.master);
		this.connection = new WorkerConnection(ControlClient.connect(socket), new WorkerConnection.Exit((code) -> {
		}, (code) -> {
		}));
		this.connection.start();
		assertThat(this.master.next()).isInstanceOf(Connected.class);
	}

	@AfterEach
	void close() {
		this.connection.close();
		this.server.close();
	}

	@Test
	void comeFromTheFirstMomentOn() throws Exception {
		assertThat(next().heapUsed()).isPositive();
		assertThat(next().scores()).isEmpty();
	}

	@Test
	void tellOfScoresAndTraffic() throws Exception {
		this.connection.worker(() -> null).score("queue", 3);
		this.connection.watch(List.of(new Serving() {

			@Override
			public CompletionStage<Void> drain(DrainReason reason) {
				return CompletableFuture.completedStage(null);
			}

			@Override
			public long served() {
				return 7;
			}

			@Override
			public int inFlight() {
				return 1;
			}

			@Override
			public Long oldestSince() {
				return System.nanoTime() - Duration.ofSeconds(5).toNanos();
			}

		}), Duration.ZERO);
		WorkerLoad load = next();
		while (load.served() == 0) {
			load = next();
		}
		assertThat(load.scores()).isEqualTo(Map.of("queue", 3d));
		assertThat(load.inFlight()).isOne();
		assertThat(load.oldestInFlight()).isGreaterThanOrEqualTo(Duration.ofMillis(4_999));
	}

	private WorkerLoad next() throws InterruptedException {
		Object frame = this.master.next();
		// Each is followed by what has been answered.
		return ((Frame.Heartbeat) ((frame instanceof Frame.Answered) ? this.master.next() : frame)).load();
	}

}
