package io.pmboot.autoconfigure;

import java.net.ServerSocket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.example.app.ShopApplication;
import com.example.needy.NeedyApplication;
import io.pmboot.control.ControlHandler;
import io.pmboot.control.ControlServer;
import io.pmboot.test.FullOnly;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Starts that fail, as a user sees them: real processes, their output and exit code.
 */
class FailedStartTests {

	@TempDir
	private Path temporary;

	@Test
	void bothProfiles() throws Exception {
		fails(List.of(), "--spring.profiles.active=master,worker").contains("'master' and 'worker' are both active")
			.contains("Start with the profile 'master' alone");
	}

	@Test
	@FullOnly
	void aProfileThatReplacesThoseOfTheFiles() throws Exception {
		Files.writeString(this.temporary.resolve("application.properties"), "spring.profiles.active=h2,jpa");
		fails(List.of(), "--spring.profiles.active=master",
				"--spring.config.additional-location=" + this.temporary + "/")
			.contains("'h2,jpa'")
			.contains("--spring.profiles.include=master");
	}

	@Test
	@FullOnly
	void aWorkerStartedByHand() throws Exception {
		fails(List.of(), "--spring.profiles.active=worker").contains("was not forked by a master")
			.contains("with the profile 'master' instead");
	}

	@Test
	@FullOnly
	void aheadOfTimeProcessing() throws Exception {
		fails(List.of("-Dspring.aot.enabled=true"), "--spring.profiles.active=master")
			.contains("Spring AOT is in use (spring.aot.enabled)");
	}

	@Test
	void reducedSignals() throws Exception {
		fails(List.of("-Xrs"), "--spring.profiles.active=master").contains("started with -Xrs").contains("Remove -Xrs");
	}

	@Test
	void noNativeTransport() throws Exception {
		fails(List.of("-Dio.netty.transport.noNative=true"), "--spring.profiles.active=master",
				"--pm.groups.web.listen=0", "--pm.master.port=0",
				"--pm.master.run-directory=" + this.temporary.resolve("run"))
			.contains("explicit disabled")
			.contains("netty-transport-native-epoll");
	}

	@Test
	@FullOnly
	void anAddressThatIsTaken() throws Exception {
		try (ServerSocket taken = new ServerSocket(0)) {
			fails(List.of(), "--spring.profiles.active=master", "--pm.groups.web.listen=" + taken.getLocalPort(),
					"--pm.master.port=0", "--pm.master.run-directory=" + this.temporary.resolve("run"))
				.contains("Group 'web' cannot listen on " + taken.getLocalPort())
				.contains("or change pm.groups.web.listen");
		}
	}

	@Test
	@FullOnly
	void anInvalidProperty() throws Exception {
		fails(List.of(), "--spring.profiles.active=master", "--pm.groups.web.children=-1")
			.contains("Property: pm.groups.web.children")
			.contains("Value: \"-1\"")
			.contains("Reason: must be 'auto' or a number from 0 to 1000");
	}

	@Test
	@FullOnly
	void aRunDirectoryThatOthersMayEnter() throws Exception {
		Path directory = Files.createDirectory(this.temporary.resolve("open"));
		directory.toFile().setReadable(true, false);
		fails(List.of(), "--spring.profiles.active=master", "--pm.groups.web.children=0",
				"--pm.master.run-directory=" + directory)
			.contains("The run directory '" + directory + "' cannot be used: others than its owner have rights to it")
			.contains("chmod 700");
	}

	@FullOnly
	@Test
	void aRunDirectoryOfALivingMasterWhoseFilesWereRemoved() throws Exception {
		Path directory = Files.createDirectory(this.temporary.resolve("run"));
		Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
		try (ControlServer first = new ControlServer(directory.resolve("control.sock"))) {
			first.start(mock(ControlHandler.class));
			Files.delete(directory.resolve("control.sock"));
			long pid = ProcessHandle.current().pid();
			fails(List.of(), "--spring.profiles.active=master", "--pm.groups.web.children=0", "--pm.master.port=0",
					"--pm.master.run-directory=" + directory)
				.contains("The run directory " + directory + " is in use: another master, process " + pid)
				.contains("Stop the other master first (kill " + pid + ")");
			first.ensureReachable();
			SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("control.sock"))).close();
		}
	}

	@Test
	void mainThatUsesABeanOfTheApplicationOnceTheMasterRuns() throws Exception {
		needsABean(List.of()).contains("com.example.needy.NeedyApplication.main(NeedyApplication.java:");
	}

	@Test
	@FullOnly
	void anInitializerThatUsesABeanOfTheApplication() throws Exception {
		needsABean(List.of("-Dneedy.initializer=true"))
			.contains("com.example.needy.NeedyApplication.lambda$initialize$");
	}

	private AbstractStringAssert<?> needsABean(List<String> options) throws Exception {
		return fails(NeedyApplication.class, options, "--spring.profiles.active=master", "--pm.groups.web.children=0",
				"--pm.master.port=0", "--pm.master.run-directory=" + this.temporary.resolve("run"))
			.contains("asked the master's context for a bean of type 'com.example.needy.NeedyApplication$Catalogue'")
			.contains("context.getEnvironment().matchesProfiles(\"!master\")");
	}

	private AbstractStringAssert<?> fails(List<String> options, String... arguments) throws Exception {
		return fails(ShopApplication.class, options, arguments);
	}

	private AbstractStringAssert<?> fails(Class<?> application, List<String> options, String... arguments)
			throws Exception {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(options);
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
				System.getProperty("java.class.path"), application.getName()));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectError(this.temporary.resolve("errors").toFile()).start();
		try {
			String output = new String(process.getInputStream().readAllBytes());
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).as(output).isEqualTo(1);
			assertThat(this.temporary.resolve("errors")).content().doesNotContain("Exception");
			return assertThat(output).contains("APPLICATION FAILED TO START");
		}
		finally {
			process.destroyForcibly();
		}
	}

}
