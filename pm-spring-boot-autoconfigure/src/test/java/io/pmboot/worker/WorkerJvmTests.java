package io.pmboot.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.RecordingHandler;
import io.pmboot.control.RecordingHandler.Connected;
import io.pmboot.control.RecordingHandler.Disconnected;
import io.pmboot.control.WorkerVariables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a worker as a JVM of its own, whose end is the point.
 */
@Timeout(180)
class WorkerJvmTests {

	@TempDir
	private Path directory;

	private final RecordingHandler master = new RecordingHandler(Duration.ofSeconds(20), List.of());

	private ControlServer server;

	private Process process;

	private BufferedReader output;

	@AfterEach
	void end() {
		this.server.close();
		this.process.destroyForcibly();
	}

	@Test
	void anOrderToDrainEndsItWithCode0() throws Exception {
		start(this.master, "serve");
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		order(new Frame.Activate());
		await("open");
		order(new Frame.Drain(DrainReason.RELOAD, Duration.ofSeconds(75)));
		await("begin RELOAD");
		letGo();
		await("closed");
		assertThat(exitCode()).isZero();
		assertThat(this.master.next()).isInstanceOf(Disconnected.class);
	}

	@Test
	void theEndOfItsMasterEndsItWithCode0() throws Exception {
		start(this.master, "serve");
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		this.server.close();
		await("begin MASTER_LOST");
		letGo();
		assertThat(exitCode()).isZero();
	}

	@Test
	void anExitOfTheApplicationDrainsAndKeepsItsCode() throws Exception {
		start(this.master, "exit");
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		letGo();
		assertThat(this.master.next()).isEqualTo(new Frame.Draining(DrainReason.CONTEXT_CLOSED));
		await("begin CONTEXT_CLOSED");
		assertThat(this.process.isAlive()).isTrue();
		letGo();
		await("closed");
		assertThat(exitCode()).isEqualTo(3);
	}

	@Test
	void anOrderToDrainEndsAStartThatWaits() throws Exception {
		start(this.master, "wait");
		await("starting");
		order(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(75)));
		assertThat(exitCode()).isZero();
		assertThat(this.master.next()).isInstanceOf(Disconnected.class);
	}

	@Test
	void theEndOfItsMasterEndsAStartThatHangs() throws Exception {
		start(new RecordingHandler(Duration.ofMillis(100), List.of()), "hang");
		await("starting");
		this.server.close();
		assertThat(exitCode()).isEqualTo(1);
	}

	@Test
	void aFailedStartIsToldBeforeItExits() throws Exception {
		start(this.master, "fail");
		assertThat(this.master.next()).isInstanceOfSatisfying(Frame.StartFailed.class,
				(failed) -> assertThat(failed.analysis())
					.contains("caused by: java.lang.IllegalStateException: no luck"));
		assertThat(exitCode()).isEqualTo(1);
		assertThat(this.master.next()).isInstanceOf(Disconnected.class);
	}

	@Test
	void aWorkerWithoutMasterSaysSo() throws Exception {
		start(this.master, "unconnected");
		await("This worker cannot connect to its master");
		assertThat(exitCode()).isEqualTo(1);
		assertThat(this.master.isQuiet()).isTrue();
	}

	private void start(RecordingHandler master, String mode) throws Exception {
		Path socket = this.directory.resolve("control");
		this.server = new ControlServer(socket);
		this.server.start(master);
		Path path = mode.equals("unconnected") ? this.directory.resolve("nobody") : socket;
		this.process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-D" + WorkerVariables.CONTROL_SOCKET + "=" + path,
				"-cp", System.getProperty("java.class.path"), TestWorker.class.getName(), mode)
			.redirectErrorStream(true)
			.start();
		this.output = this.process.inputReader();
		if (!mode.equals("unconnected")) {
			assertThat(master.next()).isEqualTo(new Connected(this.process.pid()));
		}
	}

	private void await(String text) throws IOException {
		for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
			if (line.contains(text)) {
				return;
			}
		}
		throw new AssertionError("The worker did not print: " + text);
	}

	private void order(Frame frame) {
		this.server.eventLoop().execute(() -> this.master.connection().send(frame));
	}

	private void letGo() throws IOException {
		this.process.getOutputStream().write('\n');
		this.process.getOutputStream().flush();
	}

	private int exitCode() throws Exception {
		this.output.transferTo(Writer.nullWriter());
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return this.process.exitValue();
	}

	/**
	 * A worker that prints what happens to it, and waits for a byte where the test
	 * decides how long something takes.
	 */
	public static final class TestWorker {

		private TestWorker() {
		}

		public static void main(String[] args) {
			SpringApplication application = new SpringApplicationBuilder(Config.class).web(WebApplicationType.NONE)
				.properties("mode=" + args[0], "spring.main.keep-alive=true")
				.listeners(new WorkerStartListener(new WorkerConnection.Exit(System::exit, Runtime.getRuntime()::halt)))
				.build();
			application.run();
			if (args[0].equals("exit")) {
				awaitByte();
				System.exit(3);
			}
		}

		static void awaitByte() {
			try {
				InputStream in = System.in;
				in.read();
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Config {

		@Bean
		WorkerLifecycle workerLifecycle(ObjectProvider<Serving> servings, ConfigurableApplicationContext context) {
			return new WorkerLifecycle(WorkerConnection.current(), servings, List.of(), context);
		}

		@Bean
		Printer printer() {
			return new Printer();
		}

		@Bean
		InitializingBean start(Environment environment) {
			return () -> {
				System.out.println("starting");
				switch (environment.getProperty("mode", "")) {
					case "fail" -> throw new IllegalStateException("no luck");
					case "wait" -> new CountDownLatch(1).await();
					// Nothing that an interrupt would end.
					case "hang" -> LockSupport.parkNanos(Long.MAX_VALUE);
					default -> {
					}
				}
			};
		}

		@Bean
		ApplicationRunner runner() {
			return (args) -> System.out.println("running");
		}

	}

	static class Printer implements Serving, AutoCloseable {

		@Override
		public CompletionStage<Void> open() {
			System.out.println("open");
			return Serving.super.open();
		}

		@Override
		public CompletionStage<Void> drain(DrainReason reason) {
			System.out.println("begin " + reason);
			return CompletableFuture.runAsync(TestWorker::awaitByte);
		}

		@Override
		public void hasten(DrainReason reason) {
			System.out.println("hasten " + reason);
		}

		@Override
		public void close() {
			System.out.println("closed");
		}

	}

}
