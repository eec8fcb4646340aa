package io.pmboot.master;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.process.MasterOutput;
import io.pmboot.settings.MessageSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the master gives to whoever asks it in code.
 */
class DefaultMasterTests {

	@TempDir
	private Path directory;

	@Test
	void whoChainsOnAnOutcomeSeesTheApplicationsClasses() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwx------"));
		// As Boot's launcher has it: it is the main thread's, and no other class loader
		// knows the application.
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader application = new URLClassLoader(new URL[0], before);
				GenericApplicationContext context = new GenericApplicationContext()) {
			MasterLifecycle lifecycle = new MasterLifecycle(
					new MasterSettings(List.of(FakeWorld.settings("jobs", 1)), null,
							this.directory.resolve("control.sock"), false,
							new MessageSettings(DataSize.ofBytes(1000), 10), Map.of(), Set.of()),
					(launch) -> new CompletableFuture<>(), new FakeWorld().copies, FakeConfigurations.same(), context,
					null, MasterOutput.current());
			context.getBeanFactory().registerSingleton("lifecycle", lifecycle);
			Thread.currentThread().setContextClassLoader(application);
			context.refresh();
			Thread.currentThread().setContextClassLoader(before);
			InitiatedMaster master = lifecycle.master();
			CompletableFuture<ClassLoader> seen = master.reload("jobs")
				.finished()
				.thenApply((outcome) -> Thread.currentThread().getContextClassLoader());
			master.stop("jobs");
			assertThat(seen).succeedsWithin(Duration.ofSeconds(30)).isSameAs(application);
			lifecycle.stop();
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

}
