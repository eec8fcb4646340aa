package io.pmboot.message;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.DeliveryUnknownException;
import io.pmboot.Receipt;
import io.pmboot.control.Frame;
import io.pmboot.control.Frame.Delivered.Ids;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Outbox}.
 */
@Timeout(60)
class OutboxTests {

	private static final Receipt FIRST = new Receipt("web", 0, 1, DeliveryOutcome.HANDLED, null);

	private static final Receipt SECOND = new Receipt("web", 1, 2, DeliveryOutcome.FAILED, "no luck");

	private final FakeRoute route = new FakeRoute();

	private final Outbox outbox = new Outbox(this.route, 10);

	@Test
	void completesWithTheReceiptOfEachReceiver() throws Exception {
		CompletableFuture<Delivery> one = this.outbox.send("web", 0, "x");
		CompletableFuture<Delivery> all = this.outbox.send("web", "x");
		this.outbox.delivered(delivered(FIRST, 2, 2, 1));
		this.outbox.delivered(delivered(FIRST, 1, 1, 1));
		assertThat(one.get().receipts()).containsExactly(FIRST);
		assertThat(one.get().handled()).isTrue();
		assertThat(all).isNotDone();
		this.outbox.delivered(delivered(SECOND, 2, 2, 1));
		assertThat(all.get().receipts()).containsExactly(FIRST, SECOND);
		assertThat(all.get().handled()).isFalse();
	}

	@Test
	void completesManyAtOnce() throws Exception {
		List<CompletableFuture<Delivery>> sent = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			sent.add(this.outbox.send("web", 0, "x"));
		}
		this.outbox.delivered(new Frame.Delivered(FIRST, 1, List.of(new Ids(1, 10), new Ids(11, 1), new Ids(12, 89))));
		for (CompletableFuture<Delivery> message : sent) {
			assertThat(message.get().handled()).isTrue();
		}
	}

	@Test
	void aCallbackThatBlocksHoldsNobodyUpWhoDelivers() throws Exception {
		CountDownLatch released = new CountDownLatch(1);
		CompletableFuture<Void> callback = this.outbox.send("web", 0, "x").thenAccept((delivery) -> {
			try {
				released.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		});
		this.outbox.delivered(delivered(FIRST, 1, 1, 1));
		released.countDown();
		callback.get(30, TimeUnit.SECONDS);
	}

	@Test
	void whatIsTooLongIsRefusedBeforeItIsSent() throws Exception {
		Receipt receipt = this.outbox.send("web", 3, "x".repeat(11)).get().receipts().get(0);
		assertThat(receipt).isEqualTo(new Receipt("web", 3, 0, DeliveryOutcome.REFUSED,
				"its payload has 11 bytes, of which pm.message.max-payload allows 10"));
		assertThat(this.route.posted).isEmpty();
		this.outbox.send("web", 3, "x".repeat(10));
		assertThat(this.route.posted).hasSize(1);
	}

	@Test
	void whatHasNoRoomIsRefused() throws Exception {
		this.route.full = true;
		assertThat(this.outbox.send("web", "x").get().receipts()).singleElement().satisfies((receipt) -> {
			assertThat(receipt.outcome()).isEqualTo(DeliveryOutcome.REFUSED);
			assertThat(receipt.reason()).contains("waits for the master");
		});
		assertThat(this.outbox.send("x".repeat(100_000), "x").get().handled()).isFalse();
	}

	@Test
	void aNegativeIndexIsAMistake() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.outbox.send("web", -1, "x"));
	}

	@Test
	void theEndOfTheStreamEndsWhatIsAwaitedAndWhatIsSentAfterwards() {
		CompletableFuture<Delivery> before = this.outbox.send("web", 0, "x");
		this.outbox.end("the connection to the master has ended");
		CompletableFuture<Delivery> after = this.outbox.send("web", 0, "x");
		assertThat(before).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(DeliveryUnknownException.class)
			.withMessageContaining("the connection to the master has ended");
		assertThat(after).isCompletedExceptionally();
		assertThat(this.route.posted).hasSize(1);
	}

	@Test
	void aRouteThatHasEndedEndsIt() {
		this.route.broken = true;
		assertThat(this.outbox.send("web", 0, "x")).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(DeliveryUnknownException.class);
	}

	@Test
	void anAnswerThatNobodyAwaitsIsPassedOver() {
		this.outbox.delivered(delivered(FIRST, 1, 1, 3));
		this.outbox.delivered(delivered(FIRST, 2, 1, 3));
	}

	private static Frame.Delivered delivered(Receipt receipt, int receivers, long first, int count) {
		return new Frame.Delivered(receipt, receivers, List.of(new Ids(first, count)));
	}

	private static final class FakeRoute implements Outbox.Route {

		final List<Frame.Post> posted = new ArrayList<>();

		boolean full;

		boolean broken;

		@Override
		public boolean post(Frame.Post post) throws IOException {
			if (this.broken) {
				throw new IOException("Closed");
			}
			return !this.full && this.posted.add(post);
		}

	}

}
