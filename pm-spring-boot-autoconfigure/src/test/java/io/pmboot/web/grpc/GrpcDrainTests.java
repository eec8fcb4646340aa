package io.pmboot.web.grpc;

import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.pmboot.DrainReason;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SharedGrpc}.
 */
@Timeout(60)
class GrpcDrainTests {

	/**
	 * What gRPC's client says of a call that it was about to send when it learned that
	 * its connection ends. It would choose another connection by itself, if it were not
	 * told to do nothing again.
	 */
	private static final String NEVER_SENT = "UNAVAILABLE: GOAWAY shut down transport";

	private static final Duration SOON = Duration.ofSeconds(15);

	private final List<ManagedChannel> clients = new ArrayList<>();

	private TcpListener listener;

	private GrpcWorker worker;

	@BeforeEach
	void start() throws Exception {
		this.listener = TestListeners.bind();
		this.worker = GrpcWorker.open("a", this.listener);
	}

	@AfterEach
	void stop() throws Exception {
		this.worker.close();
		this.clients.forEach(ManagedChannel::shutdownNow);
		this.listener.close();
	}

	@Test
	void servesOnEveryListener() throws Exception {
		List<TcpListener> many = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			many.add(TestListeners.bind());
		}
		try (GrpcWorker other = GrpcWorker.open("b", many.toArray(TcpListener[]::new))) {
			for (TcpListener each : many) {
				assertThat(echo(client(each), "hello")).isEqualTo("b hello");
			}
			await().until(() -> other.serving.served() == 12);
		}
		finally {
			for (TcpListener each : many) {
				each.close();
			}
		}
	}

	@Test
	void countsStatusesThatAreTheServersFault() throws Exception {
		assertThat(echo(client(this.listener), "hello")).isEqualTo("a hello");
		for (Status.Code code : Status.Code.values()) {
			if (code != Status.Code.OK) {
				assertThatExceptionOfType(StatusRuntimeException.class)
					.isThrownBy(() -> ClientCalls.blockingUnaryCall(client(this.listener), GrpcWorker.FAIL,
							CallOptions.DEFAULT, code.name()))
					.satisfies((failure) -> assertThat(failure.getStatus().getCode()).isEqualTo(code));
			}
		}
		await().until(() -> this.worker.serving.answers().total() == Status.Code.values().length);
		assertThat(this.worker.serving.answers().failed()).isEqualTo(6);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void servesOnAUnixSocket(@TempDir Path folder, CapturedOutput output) throws Exception {
		Path path = folder.resolve("grpc.sock");
		EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
		try (BoundListener socket = TestListeners.bind(path); GrpcWorker other = GrpcWorker.open("b", socket)) {
			ManagedChannel client = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(path))
				.eventLoopGroup(loops)
				.channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
				.usePlaintext()
				.disableRetry()
				.build();
			this.clients.add(client);
			assertThat(echo(client, "hello")).isEqualTo("b hello");
			assertThat(other.drain(DrainReason.RELOAD)).succeedsWithin(SOON);
		}
		finally {
			loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
		}
		assertThat(output).doesNotContain("ServerBootstrap");
	}

	@Test
	void callsHoldNoEventLoop() {
		Future<String> call = ClientCalls
			.futureUnaryCall(client(this.listener).newCall(GrpcWorker.HOLD, CallOptions.DEFAULT), "hello");
		await().until(() -> this.worker.held.get() == 1);
		assertThat(this.worker.serving.requestThreads()).isPositive();
		await().until(() -> this.worker.serving.held().isEmpty());
		this.worker.release.countDown();
		assertThat(call).succeedsWithin(SOON).isEqualTo("a hello");
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "STOP" })
	void endsAtOnceWithoutConnections(DrainReason reason) {
		assertThat(drain(reason)).succeedsWithin(SOON);
	}

	@Test
	void endsAtOnceWhereTheWorkerWasNeverOpened() throws Exception {
		try (GrpcWorker unopened = new GrpcWorker("b", List.of(this.listener))) {
			assertThat(unopened.drain(DrainReason.STOP)).succeedsWithin(SOON);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "STOP" })
	void anIdleClientIsToldAndGoesToTheSuccessor(DrainReason reason) throws Exception {
		ManagedChannel client = client(this.listener);
		assertThat(echo(client, "hello")).isEqualTo("a hello");
		try (GrpcWorker successor = GrpcWorker.open("b", this.listener)) {
			assertThat(drain(reason)).succeedsWithin(SOON);
			await().until(() -> client.getState(false) == ConnectivityState.IDLE);
			assertThat(echo(client, "again")).isEqualTo("b again");
			await().until(() -> successor.serving.served() == 1);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "RELOAD", "STOP" })
	void aCallInFlightIsAnswered(DrainReason reason) throws Exception {
		Future<String> held = ClientCalls
			.futureUnaryCall(client(this.listener).newCall(GrpcWorker.HOLD, CallOptions.DEFAULT), "hello");
		await().until(() -> this.worker.held.get() == 1);
		assertThat(this.worker.serving.inFlight()).isOne();
		assertThat(this.worker.serving.oldestSince()).isNotNull();
		CompletableFuture<Void> drained = drain(reason);
		assertThat(drained).isNotDone();
		this.worker.release.countDown();
		assertThat(held.get(30, TimeUnit.SECONDS)).isEqualTo("a hello");
		assertThat(drained).succeedsWithin(SOON);
		assertThat(this.worker.serving.inFlight()).isZero();
		assertThat(this.worker.serving.served()).isOne();
	}

	@Test
	void anotherWorkersListenerStaysOpen() throws Exception {
		try (GrpcWorker other = GrpcWorker.open("b", this.listener)) {
			assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
			this.worker.close();
			for (int i = 0; i < 5; i++) {
				assertThat(echo(client(this.listener), "hello")).isEqualTo("b hello");
			}
			await().until(() -> other.serving.served() == 5);
		}
	}

	@Test
	void reloadsLoseNoCall() throws Exception {
		AtomicBoolean over = new AtomicBoolean();
		AtomicInteger answers = new AtomicInteger();
		List<CompletableFuture<Void>> callers = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			ManagedChannel client = client(this.listener);
			callers.add(CompletableFuture.runAsync(() -> {
				for (int call = 0; !over.get(); call++) {
					try {
						assertThat(echo(client, "call " + call)).endsWith(" call " + call);
						answers.incrementAndGet();
					}
					catch (StatusRuntimeException ex) {
						assertThat(ex).hasMessageContaining(NEVER_SENT);
					}
				}
			}, (task) -> new Thread(task).start()));
		}
		for (int i = 0; i < 20; i++) {
			int before = answers.get();
			GrpcWorker successor = GrpcWorker.open("worker-" + i, this.listener);
			assertThat(drain(DrainReason.RELOAD)).succeedsWithin(SOON);
			this.worker.close();
			this.worker = successor;
			await().until(() -> answers.get() > before + 20 || callers.stream().anyMatch(CompletableFuture::isDone));
		}
		over.set(true);
		for (CompletableFuture<Void> caller : callers) {
			assertThat(caller).succeedsWithin(SOON);
		}
	}

	private CompletableFuture<Void> drain(DrainReason reason) {
		return this.worker.drain(reason).toCompletableFuture();
	}

	private static String echo(Channel client, String text) {
		return ClientCalls.blockingUnaryCall(client, GrpcWorker.ECHO,
				CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), text);
	}

	// Without retries, those included that gRPC does by itself: they would hide a call
	// that was refused.
	private ManagedChannel client(TcpListener listener) {
		ManagedChannel client = NettyChannelBuilder.forAddress(listener.localAddress())
			.usePlaintext()
			.disableRetry()
			.build();
		this.clients.add(client);
		return client;
	}

}
