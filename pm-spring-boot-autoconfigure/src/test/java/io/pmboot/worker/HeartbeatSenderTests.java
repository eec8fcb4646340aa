package io.pmboot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.WorkerLoad;
import io.pmboot.accept.Serving;
import io.pmboot.control.Frame;
import io.pmboot.loop.GarbageCollectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeartbeatSender} on virtual time.
 */
class HeartbeatSenderTests {

	private final VirtualLoop loop = new VirtualLoop();

	private final List<WorkerLoad> sent = new ArrayList<>();

	private final List<Answers> answered = new ArrayList<>();

	private CompletableFuture<Void> written = CompletableFuture.completedFuture(null);

	private final HeartbeatSender sender = new HeartbeatSender(this.loop, Duration.ofSeconds(2), (message) -> {
		if (message instanceof Frame.Answered told) {
			this.answered.add(told.answers());
		}
		else {
			this.sent.add(((Frame.Heartbeat) message).load());
		}
		return this.written;
	});

	@Test
	void sendsAtEveryInterval() {
		this.sender.begin();
		assertThat(this.sent).isEmpty();
		this.loop.advance(Duration.ofSeconds(6));
		assertThat(this.sent).hasSize(3).allMatch((load) -> load.lag().isZero());
	}

	@Test
	void tellsOfAnswersMoreOftenWhileItIsObserved() {
		this.sender.watch(List.of(new Counted(3, 1, 0L), new Counted(4, 0, null)));
		this.sender.begin();
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(this.answered).containsExactly(new Answers(7, 2, List.of(7L)));
		this.sender.observe(Duration.ofMillis(250));
		this.loop.advance(Duration.ofSeconds(1));
		assertThat(this.answered).hasSize(5);
		assertThat(this.sent).hasSize(1);
		this.sender.observe(Duration.ZERO);
		this.loop.advance(Duration.ofSeconds(1));
		assertThat(this.answered).hasSize(6);
		assertThat(this.sent).hasSize(2);
	}

	@Test
	void makesNoPileOfAnswersWhereTheMasterDoesNotRead() {
		this.written = new CompletableFuture<>();
		this.sender.begin();
		this.sender.observe(Duration.ofMillis(250));
		this.loop.advance(Duration.ofSeconds(10));
		assertThat(this.answered).hasSize(1);
		this.written.complete(null);
		this.loop.advance(Duration.ofMillis(250));
		assertThat(this.answered).hasSize(2);
		this.sender.end();
		this.loop.advance(Duration.ofSeconds(10));
		assertThat(this.answered).hasSize(2);
	}

	@Test
	void tellsOfThisJvm() {
		this.sender.score("queue", 4);
		this.sender.begin();
		this.loop.advance(Duration.ofSeconds(2));
		WorkerLoad load = this.sent.get(0);
		assertThat(load.heapUsed()).isPositive();
		assertThat(load.heapMax()).isGreaterThanOrEqualTo(load.heapUsed());
		assertThat(load.nonHeapUsed()).isPositive();
		assertThat(load.residentSize()).isGreaterThan(10_000_000L);
		assertThat(load.deadlockedThreads()).isEmpty();
		assertThat(load.scores()).isEqualTo(Map.of("queue", 4d));
		assertThat(load.served()).isZero();
		assertThat(load.inFlight()).isZero();
		assertThat(load.oldestInFlight()).isNull();
	}

	@Test
	void addsUpWhatIsServed() {
		this.sender.watch(List.of(new Counted(3, 1, Duration.ofSeconds(1).toNanos()), new Counted(4, 0, null),
				new Counted(5, 2, Duration.ofMillis(500).toNanos())));
		this.sender.begin();
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(this.sent.get(0)).satisfies((load) -> {
			assertThat(load.served()).isEqualTo(12);
			assertThat(load.inFlight()).isEqualTo(3);
			assertThat(load.oldestInFlight()).isEqualTo(Duration.ofMillis(1500));
		});
	}

	@Test
	void tellsOfAcceptorsAndWhetherEachServerHasOne() {
		List<@Nullable Integer> counts = new ArrayList<>(Arrays.asList(null, null));
		this.sender.watch(List.of(new Accepting(() -> counts.get(0)), new Accepting(() -> counts.get(1))));
		this.sender.begin();
		this.loop.advance(Duration.ofSeconds(2));
		counts.set(0, 2);
		this.loop.advance(Duration.ofSeconds(2));
		counts.set(1, 1);
		this.loop.advance(Duration.ofSeconds(2));
		counts.set(0, 0);
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(this.sent).extracting(WorkerLoad::acceptors).containsExactly(null, 2, 3, 0);
	}

	@Test
	void tellsWhatCollectingGarbageTakes() {
		GarbageCollectors collectors = new GarbageCollectors();
		assertThat(collectors.percent()).isBetween(0, 100);
		long until = System.nanoTime() + Duration.ofMillis(200).toNanos();
		while (System.nanoTime() < until) {
			System.gc();
		}
		assertThat(collectors.percent()).isPositive();
	}

	@Test
	void tellsHowLateItIs() {
		this.sender.begin();
		this.loop.execute(() -> this.loop.pass(Duration.ofMillis(2_300)));
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(this.sent.get(0).lag()).isEqualTo(Duration.ofMillis(300));
	}

	@Test
	void waitsForAMasterThatDoesNotRead() {
		this.written = new CompletableFuture<>();
		this.sender.begin();
		this.loop.advance(Duration.ofSeconds(20));
		assertThat(this.sent).hasSize(1);
		this.written.complete(null);
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(this.sent).hasSize(2);
	}

	@Test
	void endsWithTheMaster() {
		this.sender.begin();
		this.sender.end();
		this.loop.advance(Duration.ofSeconds(20));
		assertThat(this.sent).isEmpty();
		assertThat(this.loop.isEmpty()).isTrue();
	}

	@Test
	void readsTheResidentSizeAsTheKernelWritesIt() {
		assertThat(OwnJvm.residentSize("Name:\tjava\nVmHWM:\t  999 kB\nVmRSS:\t  123456 kB\n"))
			.isEqualTo(123_456L * 1024);
		assertThat(OwnJvm.residentSize("Name:\tkthreadd\n")).isNull();
	}

	private record Accepting(Supplier<@Nullable Integer> count) implements Serving {

		@Override
		public @Nullable Integer acceptors() {
			return this.count.get();
		}

		@Override
		public CompletionStage<Void> drain(DrainReason reason) {
			return CompletableFuture.completedStage(null);
		}

	}

	private record Counted(long served, int inFlight, @Nullable Long oldestSince) implements Serving {

		@Override
		public Answers answers() {
			return new Answers(this.served, 1, List.of(this.served));
		}

		@Override
		public CompletionStage<Void> drain(DrainReason reason) {
			return CompletableFuture.completedStage(null);
		}

	}

}
