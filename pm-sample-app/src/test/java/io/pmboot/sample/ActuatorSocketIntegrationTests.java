package io.pmboot.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.test.ApplicationLaunch;
import io.pmboot.test.Await;
import io.pmboot.test.FullOnly;
import io.pmboot.test.HttpConnection;
import io.pmboot.test.MasterProcess;
import io.pmboot.test.RequestFailedException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** A master without a port, operated as its service manager does. */
@FullOnly
class ActuatorSocketIntegrationTests {

	private static final List<String> RELOAD = List.of("-H", "Content-Type: application/json", "-d", "{\"wait\":true}",
			"http://localhost/actuator/pm/reload");

	private static final int HTTP_ERROR = 22;

	private static final int CANNOT_CONNECT = 7;

	@TempDir
	private Path directory;

	@Test
	void curlReloadsAndTellsOfFailuresByItsExitCode() throws Exception {
		Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")));
		Path jar = Files.copy(ApplicationLaunch.jar(), this.directory.resolve("app.jar"));
		try (MasterProcess master = Sample.launch((sample) -> sample.jar(jar)
			.withoutJpa()
			.property("pm.master.port", -1)
			.property("pm.groups.web.children", 1))) {
			Path socket = master.runDirectory().resolve("actuator.sock");
			Await.until(MasterProcess.TIMEOUT, "the worker is ready",
					() -> get(socket, "/actuator/pm/web").contains("\"state\":\"READY\""), master.output()::text);
			Answer reload = curl(List.of(), socket, RELOAD);
			assertThat(reload.exit()).as(reload.text()).isZero();
			assertThat(reload.text()).contains("COMPLETED");
			Files.writeString(jar, "no jar");
			reload = curl(List.of(), socket, RELOAD);
			assertThat(reload.exit()).as(reload.text()).isEqualTo(HTTP_ERROR);
			assertThat(reload.text()).contains("FAILED", "app.jar cannot be copied");
			if (Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.getAttribute(socket, "unix:uid").equals(0)) {
				List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
				assertThat(curl(asNobody, socket, List.of("http://localhost/actuator/health")).exit())
					.isEqualTo(CANNOT_CONNECT);
			}
			Files.delete(socket);
			Await.until(MasterProcess.TIMEOUT, "the socket is opened again",
					() -> get(socket, "/actuator/health").contains("UP"), master.output()::text);
		}
	}

	private static String get(Path socket, String path) {
		try (HttpConnection connection = HttpConnection.open(socket)) {
			return connection.get(path).body();
		}
		catch (RequestFailedException ex) {
			// Not there yet; whoever waits for it in vain sees the output.
			return "";
		}
	}

	private static Answer curl(List<String> as, Path socket, List<String> request)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(as);
		command.addAll(List.of("/usr/bin/curl", "-sS", "--fail-with-body", "--unix-socket", socket.toString()));
		command.addAll(request);
		Process curl = new ProcessBuilder(command).redirectErrorStream(true).directory(Path.of("/").toFile()).start();
		String text = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Answer(curl.waitFor(), text);
	}

	/** What curl says. */
	private record Answer(int exit, String text) {
	}

}
