package io.pmboot.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.control.ControlClient;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.RecordingHandler;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WorkerLifecycle} in real contexts, on a real control socket.
 */
@Timeout(120)
class WorkerLifecycleTests {

	@TempDir
	private Path directory;

	private final ControlledServing drain = new ControlledServing();

	private ControlServer server;

	private RecordingHandler master;

	private WorkerConnection connection;

	@AfterEach
	void close() {
		this.drain.over.complete(null);
		this.connection.close();
		this.server.close();
	}

	@Test
	void isReadyWhenTheContextIsAndOpensWhenActivated() throws Exception {
		try (ConfigurableApplicationContext context = run(Duration.ofSeconds(30))) {
			assertThat(this.master.next()).isEqualTo(new Frame.Ready());
			assertThat(this.drain.seen).isEmpty();
			order(new Frame.Activate());
			assertThat(this.drain.next()).isEqualTo("open");
			this.drain.over.complete(null);
			assertThat(context.isRunning()).isTrue();
		}
	}

	@Test
	void isNotReadyBeforeItAcceptsTraffic() throws Exception {
		try (ConfigurableApplicationContext context = run(Duration.ofSeconds(30), Refusing.class)) {
			onLoop();
			assertThat(this.master.isQuiet()).isTrue();
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(this.master.next()).isEqualTo(new Frame.Ready());
			this.drain.over.complete(null);
		}
	}

	@Test
	void followsTheAvailabilityOfTheContextOnceItIsReady() throws Exception {
		try (ConfigurableApplicationContext context = run(Duration.ofSeconds(30))) {
			assertThat(this.master.next()).isEqualTo(new Frame.Ready());
			order(new Frame.Activate());
			assertThat(this.drain.next()).isEqualTo("open");
			AvailabilityChangeEvent.publish(context, ReadinessState.REFUSING_TRAFFIC);
			assertThat(this.master.next()).isEqualTo(new Frame.Accepting(false));
			AvailabilityChangeEvent.publish(context, ReadinessState.ACCEPTING_TRAFFIC);
			assertThat(this.master.next()).isEqualTo(new Frame.Accepting(true));
			assertThat(this.drain.seen).contains("refuse", "accept");
			AvailabilityChangeEvent.publish(context, LivenessState.BROKEN);
			assertThat(this.master.next()).isInstanceOf(Frame.Unfit.class);
			this.drain.over.complete(null);
		}
	}

	@Test
	void drainsWhenTheMasterOrdersItThenClosesAndExits() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofSeconds(30));
		order(new Frame.Drain(DrainReason.RELOAD, Duration.ofSeconds(75)));
		assertThat(List.of(this.drain.next(), this.drain.next())).containsExactlyInAnyOrder("begin RELOAD",
				"REFUSING_TRAFFIC");
		assertThat(context.isActive()).isTrue();
		this.drain.over.complete(null);
		assertThat(this.drain.next()).isEqualTo("stopped on pm-drain");
		assertThat(this.drain.next()).isEqualTo("exit 0 on pm-drain, daemon false");
		assertThat(context.isActive()).isFalse();
		assertThat(this.master.isQuiet()).isTrue();
	}

	@Test
	void drainsOnSigtermAndTellsTheMaster() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofSeconds(30));
		context.getBean(WorkerLifecycle.class).terminate();
		assertThat(this.master.next()).isEqualTo(new Frame.Draining(DrainReason.TERMINATED));
		this.drain.over.complete(null);
		assertThat(untilExit()).isTrue();
	}

	@Test
	void drainsWhenTheMasterIsGone() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofSeconds(30));
		this.server.close();
		assertThat(List.of(this.drain.next(), this.drain.next())).contains("begin MASTER_LOST");
		this.drain.over.complete(null);
		assertThat(untilExit()).isTrue();
		assertThat(context.isActive()).isFalse();
	}

	@Test
	void closingTheContextWaitsForTheDrainAheadOfEverythingElse() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofSeconds(30));
		CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
		assertThat(this.master.next()).isEqualTo(new Frame.Draining(DrainReason.CONTEXT_CLOSED));
		assertThat(List.of(this.drain.next(), this.drain.next())).containsExactlyInAnyOrder("begin CONTEXT_CLOSED",
				"REFUSING_TRAFFIC");
		onLoop();
		assertThat(closed).isNotDone();
		assertThat(this.drain.seen).isEmpty();
		this.drain.over.complete(null);
		closed.get(30, TimeUnit.SECONDS);
		assertThat(this.drain.next()).startsWith("stopped");
		assertThat(this.drain.seen).isEmpty();
	}

	@Test
	void closingTheContextWaitsNoLongerThanTheTerminateTimeout() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofMillis(100));
		context.close();
		assertThat(this.drain.over).isNotDone();
		assertThat(context.isActive()).isFalse();
	}

	@Test
	void anOrderOfTheMasterWhileTheContextClosesEndsTheProcess() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofSeconds(30));
		CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
		this.master.next();
		order(new Frame.Drain(DrainReason.STOP, Duration.ofMillis(100)));
		closed.get(30, TimeUnit.SECONDS);
		assertThat(untilExit()).isTrue();
	}

	@Test
	void anInterruptDoesNotCutTheDrain() throws Exception {
		ConfigurableApplicationContext context = ready(Duration.ofSeconds(30));
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread closer = new Thread(() -> {
			context.close();
			interrupted.complete(Thread.interrupted());
		});
		closer.start();
		this.master.next();
		closer.interrupt();
		onLoop();
		assertThat(interrupted).isNotDone();
		this.drain.over.complete(null);
		assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void aChildContextIsNotTheApplication() throws Exception {
		try (ConfigurableApplicationContext context = ready(Duration.ofSeconds(30))) {
			GenericApplicationContext child = new GenericApplicationContext(context);
			child.refresh();
			AvailabilityChangeEvent.publish(child, ReadinessState.REFUSING_TRAFFIC);
			this.drain.seen.clear();
			child.close();
			onLoop();
			assertThat(this.drain.seen).isEmpty();
			assertThat(this.master.isQuiet()).isTrue();
			this.drain.over.complete(null);
		}
	}

	@Test
	void isReadyOnlyWhenTheChecksArePassed() throws Exception {
		try (ConfigurableApplicationContext context = run(Duration.ofSeconds(30), Checked.class)) {
			assertThat(this.master.next()).isEqualTo(new Frame.Waiting("the check waits"));
			onLoop();
			assertThat(this.master.isQuiet()).isTrue();
			context.getBean(TestCheck.class).open.complete(null);
			assertThat(this.master.next()).isEqualTo(new Frame.Ready());
			this.drain.over.complete(null);
		}
	}

	@Test
	void aCheckThatFailsFailsTheStart() throws Exception {
		try (ConfigurableApplicationContext context = run(Duration.ofSeconds(30), Checked.class)) {
			assertThat(this.master.next()).isInstanceOf(Frame.Waiting.class);
			context.getBean(TestCheck.class).open.completeExceptionally(new IllegalStateException("lost the key"));
			assertThat(this.master.next()).isEqualTo(new Frame.StartFailed("The check is jammed.\nMend it."));
			assertThat(this.drain.next()).startsWith("exit 1 on pm-ready-checks");
			this.drain.over.complete(null);
		}
	}

	private boolean untilExit() throws InterruptedException {
		while (!this.drain.next().startsWith("exit 0")) {
			assertThat(this.drain.seen).doesNotContain("halt");
		}
		return true;
	}

	private ConfigurableApplicationContext ready(Duration terminateTimeout) throws Exception {
		ConfigurableApplicationContext context = run(terminateTimeout);
		assertThat(this.master.next()).isEqualTo(new Frame.Ready());
		return context;
	}

	private ConfigurableApplicationContext run(Duration terminateTimeout, Class<?>... sources) throws Exception {
		this.master = new RecordingHandler(terminateTimeout, List.of());
		Path socket = this.directory.resolve("control");
		this.server = new ControlServer(socket);
		this.server.start(this.master);
		this.connection = new WorkerConnection(ControlClient.connect(socket),
				new WorkerConnection.Exit(this::exit, (code) -> this.drain.seen.add("halt")));
		this.connection.start();
		this.master.next();
		SpringApplication application = new SpringApplicationBuilder(Config.class).sources(sources)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.properties("spring.main.banner-mode=off")
			.initializers((context) -> {
				context.getBeanFactory().registerSingleton("connection", this.connection);
				context.getBeanFactory().registerSingleton("drain", this.drain);
			})
			.build();
		return application.run();
	}

	private void exit(int code) {
		Thread thread = Thread.currentThread();
		this.drain.seen.add("exit %d on %s, daemon %s".formatted(code, thread.getName(), thread.isDaemon()));
	}

	private void order(Frame frame) {
		this.server.eventLoop().execute(() -> this.master.connection().send(frame));
	}

	// Until what was given to both loops before has been done.
	private void onLoop() throws Exception {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.connection.loop().execute(() -> done.complete(null));
		done.get(30, TimeUnit.SECONDS);
		Callable<Boolean> nothing = () -> true;
		this.server.eventLoop().submit(nothing).get(30, TimeUnit.SECONDS);
	}

	@Configuration(proxyBeanMethods = false)
	static class Config {

		@Bean
		WorkerLifecycle workerLifecycle(WorkerConnection connection, ObjectProvider<Serving> servings,
				ObjectProvider<ReadyCheck> checks, ConfigurableApplicationContext context) {
			return new WorkerLifecycle(connection, servings, checks, context);
		}

		@Bean
		Witness witness(ControlledServing drain) {
			return new Witness(drain);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Checked {

		@Bean
		TestCheck gate() {
			return new TestCheck();
		}

	}

	/**
	 * Opens when a test says so.
	 */
	static class TestCheck implements ReadyCheck {

		final CompletableFuture<Void> open = new CompletableFuture<>();

		@Override
		public void pass(Consumer<String> waiting) throws ReadyCheckException, InterruptedException {
			waiting.accept("the check waits");
			try {
				this.open.get();
			}
			catch (ExecutionException ex) {
				throw new ReadyCheckException("The check is jammed.", "Mend it.", ex.getCause());
			}
		}

	}

	/**
	 * Notes when the application sees that it is to end.
	 */
	static class Witness implements SmartLifecycle {

		private final ControlledServing drain;

		private volatile boolean running;

		Witness(ControlledServing drain) {
			this.drain = drain;
		}

		@EventListener
		void onChange(AvailabilityChangeEvent<ReadinessState> event) {
			if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
				this.drain.seen.add(event.getState().name());
			}
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
			this.drain.seen.add("stopped on " + Thread.currentThread().getName());
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return Integer.MAX_VALUE;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Refusing {

		private final ApplicationContext context;

		private boolean refused;

		Refusing(ApplicationContext context) {
			this.context = context;
		}

		@EventListener
		void onChange(AvailabilityChangeEvent<ReadinessState> event) {
			if (!this.refused) {
				this.refused = true;
				AvailabilityChangeEvent.publish(this.context, ReadinessState.REFUSING_TRAFFIC);
			}
		}

	}

}
