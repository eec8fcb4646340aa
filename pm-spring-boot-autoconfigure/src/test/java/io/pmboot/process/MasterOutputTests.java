package io.pmboot.process;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class MasterOutputTests {

	private static final byte[] LINES = ("x".repeat(1023) + "\n").repeat(100).getBytes(StandardCharsets.UTF_8);

	private final CountDownLatch read = new CountDownLatch(1);

	private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

	private final MasterOutput output = new MasterOutput(new PrintStream(new OutputStream() {

		@Override
		public void write(int value) {
			write(new byte[] { (byte) value }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			try {
				MasterOutputTests.this.read.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			synchronized (MasterOutputTests.this.taken) {
				MasterOutputTests.this.taken.write(bytes, offset, length);
			}
		}

	}), null, StandardCharsets.UTF_8, Duration.ofMillis(50));

	@AfterEach
	void letTheThreadGoOn() {
		this.read.countDown();
	}

	@Test
	void nobodyThatLogsWaits(CapturedOutput log) {
		for (int i = 0; i < 3 * MasterOutput.CAPACITY / 1024; i++) {
			this.output.stream().println("y".repeat(1023));
		}
		await().until(() -> this.output.blockedSince() != null);
		this.read.countDown();
		await().until(() -> taken().length() == MasterOutput.CAPACITY);
		await()
			.untilAsserted(() -> assertThat(log).containsOnlyOnce("Output is taken again: 2048 lines have been lost"));
		assertThat(this.output.blockedSince()).isNull();
	}

	@Test
	void workersWaitAndLoseNothing() throws Exception {
		CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(20, true));
		await().until(() -> this.output.blockedSince() != null);
		this.output.stream().println("the master goes on");
		assertThat(written).isNotDone();
		this.read.countDown();
		written.get(30, TimeUnit.SECONDS);
		await().until(() -> taken().length() == 20 * LINES.length + "the master goes on\n".length());
	}

	@Test
	void linesOfWorkersAreDroppedAndCounted(CapturedOutput log) {
		this.output.dropWhenBlocked(true);
		write(20, true);
		this.read.countDown();
		await().until(() -> taken().length() == 5 * LINES.length);
		await().untilAsserted(() -> assertThat(log).containsOnlyOnce("1500 lines have been lost since"));
	}

	@Test
	void nobodyWaitsForWorkersThatAreToStop() {
		this.output.stopWaiting();
		write(20, true);
	}

	@Test
	void nobodyWaitsForWorkersThatHaveExited() {
		write(20, false);
	}

	@Test
	void whatEndsWaitsForItsLastLinesButNotForEver() {
		this.output.stream().println("before");
		this.output.end();
		this.output.stream().println("after");
		assertThat(taken()).isEmpty();
		this.read.countDown();
		await().until(() -> taken().equals("before\nafter\n"));
	}

	@Test
	void lastLinesAreOutWhenItEnds() {
		this.read.countDown();
		this.output.stream().println("before");
		this.output.end();
		assertThat(taken()).isEqualTo("before\n");
		this.output.stream().println("after");
		assertThat(taken()).isEqualTo("before\nafter\n");
	}

	private void write(int times, boolean alive) {
		for (int i = 0; i < times; i++) {
			this.output.write(LINES, LINES.length, () -> alive);
		}
	}

	private String taken() {
		synchronized (this.taken) {
			return this.taken.toString(StandardCharsets.UTF_8);
		}
	}

}
