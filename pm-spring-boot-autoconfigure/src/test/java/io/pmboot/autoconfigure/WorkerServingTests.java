package io.pmboot.autoconfigure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.example.line.LineApplication;
import io.pmboot.DrainReason;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.RecordingHandler;
import io.pmboot.control.RecordingHandler.Connected;
import io.pmboot.control.WorkerVariables;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.FullOnly;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who serves the listeners of a worker: real processes, whose master is this test.
 */
@Timeout(180)
class WorkerServingTests {

	@TempDir
	private Path directory;

	private TcpListener listener;

	private RecordingHandler master;

	private ControlServer server;

	private Process worker;

	private BufferedReader output;

	@BeforeEach
	void listen() throws Exception {
		this.listener = TestListeners.bind();
		this.master = new RecordingHandler(Duration.ofSeconds(30), List.of(this.listener.descriptor()));
		this.server = new ControlServer(this.directory.resolve("control"));
		this.server.start(this.master);
	}

	@AfterEach
	void end() throws Exception {
		this.worker.destroyForcibly();
		this.server.close();
		this.listener.close();
	}

	@Test
	void aHandlerServesUntilTheWorkerIsLetGo() throws Exception {
		start("handler", "--spring.main.web-application-type=none");
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		order(new Frame.Activate());
		await("ListenEvent[address=127.0.0.1:0]");
		try (Socket client = connect()) {
			assertThat(ask(client, "hello")).isEqualTo("hello");
			assertThat(ask(client, "disconnect")).isEqualTo("disconnect");
			assertThat(this.master.next()).isEqualTo(new Frame.Draining(DrainReason.DISCONNECTED));
			await("WorkerDrainingEvent[reason=DISCONNECTED]");
			assertThat(read(client)).isEqualTo("goodbye");
			assertThat(ask(client, "one more")).isEqualTo("one more");
			assertThat(this.worker.isAlive()).isTrue();
		}
		assertThat(exitCode()).isZero();
		assertThat(this.master.next()).isInstanceOf(RecordingHandler.Disconnected.class);
	}

	@Test
	void anApplicationMayAcceptByItself() throws Exception {
		start("taker", "--spring.main.web-application-type=none");
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		try (Socket client = connect()) {
			order(new Frame.Activate());
			assertThat(read(client)).isEqualTo("taken");
		}
		order(new Frame.Drain(DrainReason.RELOAD, Duration.ofSeconds(30)));
		await("accept ended by java.nio.channels.AsynchronousCloseException");
		assertThat(exitCode()).isZero();
	}

	@Test
	void whatElseTheApplicationRunsIsNotAttachedTo() throws Exception {
		start("handler,nested", "--spring.main.web-application-type=none");
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		await("got over it");
		order(new Frame.Activate());
		try (Socket client = connect()) {
			assertThat(ask(client, "hello")).isEqualTo("hello");
		}
	}

	@Test
	void listenersThatNobodyHasTakenFailTheStart() throws Exception {
		start("nobody", "--spring.main.web-application-type=none");
		assertFails().contains("Group 'web' listens, but this application has nothing that accepts")
			.contains("Worker.listeners()")
			.contains("pm.groups.web.listen");
	}

	@Test
	@FullOnly
	void aWebServerBesideAHandlerFailsTheStart() throws Exception {
		start("handler", "--spring.main.web-application-type=servlet");
		assertFails().contains("Both the web server and the ConnectionHandler 'lines'")
			.contains("spring.main.web-application-type to none in application-web.yml");
	}

	@Test
	@FullOnly
	void aLogFileOfItsMasterIsToldOf() throws Exception {
		Path file = this.directory.resolve("app.log");
		Path configuration = Files.writeString(this.directory.resolve("logback-spring.xml"), """
				<configuration>
				  <include resource="org/springframework/boot/logging/logback/base.xml"/>
				  <appender name="FIXED" class="ch.qos.logback.core.FileAppender">
				    <file>%s</file>
				    <encoder><pattern>%%m%%n</pattern></encoder>
				  </appender>
				  <root level="INFO"><appender-ref ref="FIXED"/></root>
				</configuration>
				""".formatted(file));
		try (OutputStream masters = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
			masters.write('\n');
			start("handler", "--spring.main.web-application-type=none", "--logging.config=" + configuration);
			await("process %d of the same master both write the log file %s:".formatted(ProcessHandle.current().pid(),
					file));
		}
	}

	private void start(String profile, String... arguments) throws Exception {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(
				List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
						"-D" + WorkerVariables.CONTROL_SOCKET + "=" + this.directory.resolve("control"),
						"-D" + WorkerVariables.RUN_DIRECTORY + "=" + this.directory, "-cp",
						System.getProperty("java.class.path"), LineApplication.class.getName(),
						"--spring.profiles.active=worker,web," + profile));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("PM_WORKER_GROUP", "web");
		builder.environment().put("PM_WORKER_INDEX", "0");
		this.worker = builder.start();
		this.output = this.worker.inputReader();
		assertThat(this.master.next()).isEqualTo(new Connected(this.worker.pid()));
	}

	private AbstractStringAssert<?> assertFails() throws Exception {
		assertThat(exitCode()).isEqualTo(1);
		String analysis = null;
		// The exception first, and then what Boot says of it.
		while (this.master.next() instanceof Frame.StartFailed failed) {
			analysis = failed.analysis();
		}
		return assertThat(analysis);
	}

	private void order(Frame frame) {
		this.server.eventLoop().execute(() -> this.master.connection().send(frame));
	}

	private void await(String text) throws IOException {
		StringBuilder seen = new StringBuilder();
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			seen.append(line).append('\n');
			if (line.contains(text)) {
				return;
			}
		}
		throw new AssertionError("Ended without '%s':%n%s".formatted(text, seen));
	}

	private int exitCode() throws Exception {
		this.output.transferTo(Writer.nullWriter());
		assertThat(this.worker.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return this.worker.exitValue();
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(this.listener.localAddress().getAddress(), this.listener.localAddress().getPort());
		socket.setSoTimeout(60_000);
		return socket;
	}

	private static String ask(Socket client, String line) throws IOException {
		client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
		return read(client);
	}

	// Reads no further than the line.
	private static String read(Socket client) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int c = client.getInputStream().read(); c >= 0 && c != '\n'; c = client.getInputStream().read()) {
			line.append((char) c);
		}
		return line.toString();
	}

}
