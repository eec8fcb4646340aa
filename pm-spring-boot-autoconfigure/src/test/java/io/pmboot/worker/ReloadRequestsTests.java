package io.pmboot.worker;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.ReloadResult;
import io.pmboot.control.Frame;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ReloadRequests}, with a master that the test plays.
 */
class ReloadRequestsTests {

	private final BlockingQueue<Frame> sent = new LinkedBlockingQueue<>();

	private CompletionStage<Void> written = CompletableFuture.completedFuture(null);

	private final ReloadRequests reloads = new ReloadRequests((frame) -> {
		this.sent.add(frame);
		return this.written;
	});

	@Test
	void completesWithWhatTheMasterSaysOffItsThread() throws Exception {
		CompletableFuture<ReloadResult> jobs = this.reloads.reload("jobs");
		CompletableFuture<ReloadResult> web = this.reloads.reload("web");
		CompletableFuture<Thread> thread = jobs.thenApply((result) -> Thread.currentThread());
		assertThat(this.sent).containsExactly(new Frame.RequestReload(1, "jobs"), new Frame.RequestReload(2, "web"));
		this.reloads.answered(new Frame.ReloadAnswer(2, "web-4", ReloadOutcome.ROLLED_BACK, "it died"));
		assertThat(web.get(30, TimeUnit.SECONDS))
			.isEqualTo(new ReloadResult("web-4", ReloadOutcome.ROLLED_BACK, "it died"));
		assertThat(jobs).isNotDone();
		this.reloads.answered(new Frame.ReloadAnswer(1, "jobs-2", ReloadOutcome.COMPLETED, null));
		// First, because whoever gets what is done already runs what follows from it
		// himself.
		assertThat(thread.get(30, TimeUnit.SECONDS)).isNotSameAs(Thread.currentThread());
		assertThat(jobs.get(30, TimeUnit.SECONDS)).isEqualTo(new ReloadResult("jobs-2", ReloadOutcome.COMPLETED, null));
	}

	@Test
	void refusalSaysWhyAndWhatIsInTheWay() {
		CompletableFuture<ReloadResult> jobs = this.reloads.reload("jobs");
		this.reloads.answered(new Frame.ReloadAnswer(1, "jobs-2", null, "it is being reloaded"));
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> jobs.get(30, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOfSatisfying(ReloadRefusedException.class,
					(ex) -> assertThat(ex.runningId()).isEqualTo("jobs-2"))
			.withMessage("it is being reloaded");
	}

	@Test
	void nobodyWaitsInAWorkerThatDrains() {
		CompletableFuture<ReloadResult> before = this.reloads.reload("web");
		this.reloads.end("it drains");
		CompletableFuture<ReloadResult> after = this.reloads.reload("web");
		for (CompletableFuture<ReloadResult> unknown : List.of(before, after)) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> unknown.get(30, TimeUnit.SECONDS))
				.withCauseInstanceOf(IllegalStateException.class)
				.withMessageEndingWith("is unknown to it: it drains");
		}
		assertThat(this.sent).hasSize(1);
		this.reloads.answered(new Frame.ReloadAnswer(1, "web-2", ReloadOutcome.COMPLETED, null));
	}

	@Test
	void nobodyWaitsForAMasterThatIsGone() {
		this.written = CompletableFuture.failedFuture(new IOException("closed"));
		CompletableFuture<ReloadResult> web = this.reloads.reload("web");
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> web.get(30, TimeUnit.SECONDS))
			.withCauseInstanceOf(IllegalStateException.class)
			.withMessageEndingWith("the connection to the master has ended");
	}

	@Test
	void nameThatNoGroupHasIsNotSent() {
		assertThat(this.reloads.reload("x".repeat(1025))).isCompletedExceptionally();
		assertThat(this.sent).isEmpty();
	}

}
