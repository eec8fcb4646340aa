package io.pmboot.worker;

import java.nio.file.Path;

import io.pmboot.Worker;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.RecordingHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for what a worker tells of a failed start, and for {@link WorkerConnection}.
 */
@Timeout(120)
class StartFailureTests {

	@TempDir
	private Path directory;

	private final RecordingHandler master = new RecordingHandler();

	private final WorkerConnection.Exit exit = new WorkerConnection.Exit((code) -> {
	}, (code) -> {
	});

	private ControlServer server;

	private WorkerConnection connection;

	@BeforeEach
	void connect() throws Exception {
		Path socket = this.directory.resolve("control");
		this.server = new ControlServer(socket);
		this.server.start(this.master);
		this.connection = WorkerConnection.open(socket, this.exit);
		this.master.next();
	}

	@AfterEach
	void close() {
		this.connection.close();
		this.server.close();
	}

	@Test
	void thisJvmKnowsItsConnection() {
		assertThat(WorkerConnection.current()).isSameAs(this.connection);
		Worker worker = this.connection.worker(() -> null);
		assertThat(worker.group()).isEqualTo("web");
		assertThat(worker.index()).isEqualTo(1);
		assertThat(worker.generation()).isEqualTo(2);
	}

	@Test
	void listenersThatAreServedAreNotTaken() {
		assertThatIllegalStateException().isThrownBy(this.connection.worker(() -> null)::listeners)
			.withMessageContaining("group 'web'");
	}

	@Test
	void thisJvmConnectsOnce() throws Exception {
		assertThatIllegalStateException()
			.isThrownBy(() -> WorkerConnection.open(this.directory.resolve("control"), this.exit));
		assertThat(WorkerConnection.current()).isSameAs(this.connection);
		assertThat(this.master.isQuiet()).isTrue();
	}

	@Test
	void onlyTheBeginningOfALongAnalysisIsTold() throws Exception {
		this.connection.startFailed("x".repeat(5_000_000));
		assertThat(this.master.next()).isInstanceOfSatisfying(Frame.StartFailed.class,
				(failed) -> assertThat(failed.analysis()).hasSize(16 * 1024));
	}

	@Test
	void aFailureAfterTheStartIsNotOneOfTheStart() throws Exception {
		this.connection.loop().execute(this.connection.states()::terminate);
		this.master.next();
		this.connection.startFailed("Interrupted by the shutdown");
		assertThat(this.master.isQuiet()).isTrue();
	}

	@Test
	void aMasterThatIsGoneHoldsNothingUp() {
		this.server.close();
		assertThatNoException().isThrownBy(() -> this.connection.startFailed("The port is taken."));
	}

}
