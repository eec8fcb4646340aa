package io.pmboot.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.ExitKind;
import io.pmboot.ExitStatus;
import io.pmboot.WorkerState;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.web.PrivateConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class LeftoversTests {

	@TempDir
	private Path directory;

	@Test
	void whatNobodyTakesIsRemoved() throws IOException {
		Path socket = Files.createFile(PrivateConnector.actuatorOf(this.directory, 4711));
		Path counts = Files.createFile(PrivateConnector.countsOf(this.directory, 4711));
		Path other = Files.createFile(PrivateConnector.countsOf(this.directory, 4712));
		exited(new Leftovers(this.directory, () -> true));
		assertThat(socket).doesNotExist();
		assertThat(counts).exists();
		exited(new Leftovers(this.directory, () -> false));
		assertThat(counts).doesNotExist();
		assertThat(other).exists();
	}

	private static void exited(Leftovers leftovers) {
		leftovers.onExited(new WorkerExitedEvent(FakeMaster.worker("web", 0, 4711, WorkerState.EXITED, null),
				new ExitStatus(137), ExitKind.KILLED, List.of()));
	}

}
