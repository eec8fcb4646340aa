package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MessageRouter} with fake workers: two of group {@code web}, one of
 * {@code jobs}; ten messages may wait in each.
 */
class MessageRouterTests {

	private final FakeWorld world = new FakeWorld(FakeWorld.settings("web", 2), FakeWorld.settings("jobs", 1),
			FakeWorld.settings("none", 0));

	private FakeWorker web0;

	private FakeWorker web1;

	private FakeWorker jobs;

	private long lastId;

	@BeforeEach
	void start() {
		this.world.supervisor().start();
		this.world.loop().advance(Duration.ofSeconds(10));
		this.web0 = this.world.serving("web", 0);
		this.web1 = this.world.serving("web", 1);
		this.jobs = this.world.serving("jobs", 0);
	}

	@Test
	void aMessageToOneIsDeliveredAndAnsweredWhenItWasAcknowledged() {
		post(this.jobs, "web", 1);
		assertThat(deliveries(this.web1))
			.containsExactly(new Frame.Deliver(1, "jobs", 0, this.jobs.pid(), Unpooled.copiedBuffer(new byte[100])));
		assertThat(deliveries(this.web0)).isEmpty();
		assertThat(answers(this.jobs)).isEmpty();
		acknowledge(this.web1, 1);
		assertThat(answers(this.jobs))
			.containsExactly(delivered(receipt(this.web1, DeliveryOutcome.HANDLED, null), 1, 1, 1));
	}

	@Test
	void aMessageToAGroupReachesEachReadyWorkerTheSenderIncluded() {
		post(this.web0, "web", -1);
		assertThat(deliveries(this.web0)).hasSize(1);
		assertThat(deliveries(this.web1)).hasSize(1);
		acknowledge(this.web1, 1);
		acknowledge(this.web0, 1);
		assertThat(answers(this.web0)).containsExactly(
				delivered(receipt(this.web1, DeliveryOutcome.HANDLED, null), 2, 1, 1),
				delivered(receipt(this.web0, DeliveryOutcome.HANDLED, null), 2, 1, 1));
	}

	@Test
	void answersToARunOfMessagesAreOneFrame() {
		for (int i = 0; i < 10; i++) {
			post(this.jobs, "web", 0);
		}
		acknowledge(this.web0, 10);
		assertThat(answers(this.jobs))
			.containsExactly(delivered(receipt(this.web0, DeliveryOutcome.HANDLED, null), 1, 1, 10));
	}

	@Test
	void failuresAreAnsweredWithTheirReason() {
		for (int i = 0; i < 3; i++) {
			post(this.jobs, "web", 0);
		}
		this.web0.tell(new Frame.Acknowledge(3, List.of(new Frame.Acknowledge.Failure(2, "no luck"))));
		this.world.loop().advance(Duration.ofMillis(1));
		assertThat(answers(this.jobs)).containsExactly(
				delivered(receipt(this.web0, DeliveryOutcome.HANDLED, null), 1, 1, 1),
				delivered(receipt(this.web0, DeliveryOutcome.FAILED, "no luck"), 1, 2, 1),
				delivered(receipt(this.web0, DeliveryOutcome.HANDLED, null), 1, 3, 1));
	}

	@Test
	void whatHasNoReceiverIsRefusedAndSaysWhy() {
		assertThat(refusal("nobody", -1)).isEqualTo("there is no group 'nobody'; there are: web, jobs, none");
		assertThat(refusal("none", -1)).isEqualTo("no worker of group 'none' is ready");
		assertThat(refusal("web", 2)).isEqualTo("group 'web' has no worker 2");
		assertThat(refusal("master", 1)).isEqualTo("the master has index 0 alone");
		this.web1.leave();
		assertThat(refusal("web", 1)).isEqualTo("web-1 is not ready");
	}

	@Test
	void aFullQueueRefusesUntilItWasAcknowledged() {
		for (int i = 0; i < 10; i++) {
			post(this.jobs, "web", 0);
		}
		assertThat(refusal("web", 0)).contains("web-0 (pid ")
			.endsWith("has yet to handle 10 messages, as many as pm.message.max-queued allows");
		acknowledge(this.web0, 1);
		post(this.jobs, "web", 0);
		assertThat(deliveries(this.web0)).hasSize(11);
	}

	@Test
	void aQueueIsBoundedInBytesToo() {
		byte[] large = new byte[1024 * 1024];
		for (int i = 0; i < 4; i++) {
			post(this.jobs, "web", 0, large);
		}
		assertThat(deliveries(this.web0)).hasSize(4);
		assertThat(refusal("web", 0)).contains("4 messages of together 4194304 bytes");
	}

	@Test
	void whatWasNotAcknowledgedIsGoneWithItsReceiver() {
		for (int i = 0; i < 3; i++) {
			post(this.jobs, "web", 0);
		}
		acknowledge(this.web0, 1);
		this.web0.exit(137);
		this.world.loop().advance(Duration.ofMillis(1));
		assertThat(answers(this.jobs))
			.containsExactly(delivered(receipt(this.web0, DeliveryOutcome.HANDLED, null), 1, 1, 1),
					delivered(
							receipt(this.web0, DeliveryOutcome.GONE,
									"web-0 (pid %d) ended before it acknowledged".formatted(this.web0.pid())),
							1, 2, 2));
	}

	@Test
	void aSenderThatHasEndedIsNotAnswered() {
		post(this.jobs, "web", 0);
		this.jobs.exit(0);
		acknowledge(this.web0, 1);
		assertThat(answers(this.jobs)).isEmpty();
	}

	@Test
	void anIndexIsTheWorkerThatWasActivatedLast() {
		this.world.reload("jobs");
		post(this.web0, "jobs", 0);
		assertThat(deliveries(this.jobs)).hasSize(1);
		this.world.loop().advance(Duration.ofSeconds(5));
		post(this.web0, "jobs", 0);
		assertThat(deliveries(this.jobs)).hasSize(1);
		assertThat(deliveries(this.world.serving("jobs", 0))).hasSize(1);
	}

	@Test
	void theMasterIsOneOfThem() {
		List<Frame> sent = new ArrayList<>();
		Correspondent master = this.world.supervisor().messages().master(new Recorder(sent));
		post(this.jobs, "master", 0);
		assertThat(sent).hasSize(1).hasOnlyElementsOfType(Frame.Deliver.class);
		this.world.supervisor().messages().post(master, new Frame.Post(7, "jobs", -1, Unpooled.EMPTY_BUFFER));
		acknowledge(this.jobs, 1);
		assertThat(sent).endsWith(delivered(receipt(this.jobs, DeliveryOutcome.HANDLED, null), 1, 7, 1));
	}

	@Test
	void whatWasNotDeliveredCannotBeAcknowledged() {
		post(this.jobs, "web", 0);
		assertThatExceptionOfType(CorruptedFrameException.class).isThrownBy(() -> acknowledge(this.web0, 2));
		acknowledge(this.web0, 1);
		assertThatExceptionOfType(CorruptedFrameException.class).isThrownBy(() -> acknowledge(this.web0, 1));
	}

	private String refusal(String group, int index) {
		int before = answers(this.jobs).size();
		post(this.jobs, group, index);
		List<Frame.Delivered> answers = answers(this.jobs);
		assertThat(answers).hasSize(before + 1);
		Frame.Delivered last = answers.get(before);
		assertThat(last.receivers()).isEqualTo(1);
		assertThat(last.ids()).containsExactly(new Frame.Delivered.Ids(this.lastId, 1));
		assertThat(last.receipt().outcome()).isEqualTo(DeliveryOutcome.REFUSED);
		return String.valueOf(last.receipt().reason());
	}

	private void post(FakeWorker sender, String group, int index) {
		post(sender, group, index, new byte[100]);
	}

	private void post(FakeWorker sender, String group, int index, byte[] payload) {
		sender.tell(new Frame.Post(++this.lastId, group, index, Unpooled.wrappedBuffer(payload)));
		this.world.loop().advance(Duration.ofMillis(1));
	}

	private void acknowledge(FakeWorker receiver, long upTo) {
		receiver.tell(new Frame.Acknowledge(upTo, List.of()));
		this.world.loop().advance(Duration.ofMillis(1));
	}

	private static List<Frame.Deliver> deliveries(FakeWorker worker) {
		return messages(worker, Frame.Deliver.class);
	}

	private static List<Frame.Delivered> answers(FakeWorker worker) {
		return messages(worker, Frame.Delivered.class);
	}

	private static <T> List<T> messages(FakeWorker worker, Class<T> type) {
		return worker.received.stream().filter(type::isInstance).map(type::cast).toList();
	}

	private static Receipt receipt(FakeWorker worker, DeliveryOutcome outcome, String reason) {
		return new Receipt(worker.launch.group(), worker.launch.index(), worker.pid(), outcome, reason);
	}

	private static Frame.Delivered delivered(Receipt receipt, int receivers, long first, int count) {
		return new Frame.Delivered(receipt, receivers, List.of(new Frame.Delivered.Ids(first, count)));
	}

	private record Recorder(List<Frame> sent) implements ControlConnection {

		@Override
		public void send(Frame frame) {
			this.sent.add(frame);
		}

		@Override
		public void close() {
		}

	}

}
