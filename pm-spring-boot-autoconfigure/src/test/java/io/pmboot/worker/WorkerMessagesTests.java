package io.pmboot.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.Unpooled;
import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.DeliveryUnknownException;
import io.pmboot.DrainReason;
import io.pmboot.Receipt;
import io.pmboot.control.ControlClient;
import io.pmboot.control.ControlServer;
import io.pmboot.control.Frame;
import io.pmboot.control.RecordingHandler;
import io.pmboot.event.MessageEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WorkerMessages} on a real control socket.
 */
@Timeout(120)
class WorkerMessagesTests {

	@TempDir
	private Path directory;

	private final RecordingHandler master = new RecordingHandler();

	private final BlockingQueue<String> handled = new LinkedBlockingQueue<>();

	private final CountDownLatch blocked = new CountDownLatch(1);

	private final GenericApplicationContext context = new GenericApplicationContext();

	private ControlServer server;

	private WorkerConnection connection;

	private WorkerMessages messages;

	private long sequence;

	@BeforeEach
	void start() throws Exception {
		Path socket = this.directory.resolve("control");
		this.server = new ControlServer(socket);
		this.server.start(this.master);
		this.connection = new WorkerConnection(ControlClient.connect(socket), new WorkerConnection.Exit((code) -> {
		}, (code) -> {
		}));
		this.messages = this.connection.messages();
		this.context.addApplicationListener((event) -> {
			if (event instanceof MessageEvent message) {
				on(message);
			}
		});
		this.context.refresh();
		this.messages.open(this.context, null);
		this.connection.start();
		this.master.next();
	}

	@AfterEach
	void close() {
		this.blocked.countDown();
		this.messages.stop();
		this.connection.close();
		this.server.close();
		this.context.close();
	}

	private void on(MessageEvent event) {
		String text = event.payload(String.class);
		if (text.equals("fail")) {
			throw new IllegalStateException("no luck");
		}
		if (text.equals("block")) {
			this.handled.add("blocking");
			try {
				this.blocked.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		MessageEvent.Sender sender = event.sender();
		this.handled.add("%s of %s-%d %d on %s".formatted(text, sender.group(), sender.index(), sender.pid(),
				Thread.currentThread().getName()));
	}

	@Test
	void whatArrivesBeforeTheActivationWaitsForIt() throws Exception {
		deliver("early");
		// Its answer comes after what was sent before.
		sendsAndHearsWhatBecameOfIt();
		assertThat(this.handled).isEmpty();
		activate();
		assertThat(next()).startsWith("early of jobs-1");
		deliver("late");
		assertThat(next()).startsWith("late of jobs-1");
	}

	private void activate() {
		this.connection.loop().execute(this.messages::open);
	}

	@Test
	void messagesAreHandledOnAThreadOfTheirOwnAndAcknowledged() throws Exception {
		activate();
		deliver("hello");
		assertThat(next()).isEqualTo("hello of jobs-1 4711 on pm-messages");
		assertThat(this.master.next()).isEqualTo(new Frame.Acknowledge(1, List.of()));
	}

	@Test
	void whatArrivesTogetherIsAcknowledgedTogether() throws Exception {
		activate();
		this.server.eventLoop().submit(() -> {
			for (int i = 1; i <= 200; i++) {
				this.master.connection().send(message(i, "no " + i));
			}
		});
		long upTo = 0;
		int acknowledgements = 0;
		while (upTo < 200) {
			upTo = ((Frame.Acknowledge) this.master.next()).upTo();
			acknowledgements++;
		}
		assertThat(this.handled).hasSize(200);
		assertThat(acknowledgements).isLessThan(200);
	}

	@Test
	void aListenerThatThrowsFailsItsMessageAlone() throws Exception {
		activate();
		deliver("fail");
		assertThat(this.master.next()).isEqualTo(new Frame.Acknowledge(1,
				List.of(new Frame.Acknowledge.Failure(1, "java.lang.IllegalStateException: no luck"))));
		deliver("next");
		assertThat(this.master.next()).isEqualTo(new Frame.Acknowledge(2, List.of()));
	}

	@Test
	void aListenerThatBlocksHoldsUpNothingButItsQueueAndTheDrain() throws Exception {
		activate();
		deliver("block");
		deliver("behind");
		assertThat(next()).isEqualTo("blocking");
		order(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(30)));
		CompletableFuture<Void> drained = drain(DrainReason.STOP);
		assertThat(drained).isNotDone();
		assertThat(this.master.isQuiet()).isTrue();
		this.blocked.countDown();
		drained.get(30, TimeUnit.SECONDS);
		assertThat(this.handled).hasSize(2);
		for (long upTo = 0; upTo < 2;) {
			upTo = ((Frame.Acknowledge) this.master.next()).upTo();
		}
	}

	@Test
	void aDrainWithoutMessagesIsOverAtOnceAndStartsNoThread() throws Exception {
		order(new Frame.Drain(DrainReason.STOP, Duration.ofSeconds(30)));
		drain(DrainReason.STOP).get(30, TimeUnit.SECONDS);
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName).doesNotContain("pm-messages");
	}

	@Test
	void anOwnDrainWaitsForWhatTheMasterSendsBeforeItKnows() throws Exception {
		activate();
		CompletableFuture<Void> drained = drain(DrainReason.TERMINATED);
		deliver("on its way");
		assertThat(next()).startsWith("on its way of");
		assertThat(this.master.next()).isEqualTo(new Frame.Acknowledge(1, List.of()));
		assertThat(drained).isNotDone();
		order(new Frame.Drain(DrainReason.TERMINATED, Duration.ofSeconds(30)));
		drained.get(30, TimeUnit.SECONDS);
	}

	@Test
	void anOwnDrainEndsWithTheLossOfTheMaster() throws Exception {
		CompletableFuture<Void> drained = drain(DrainReason.DISCONNECTED);
		assertThat(drained).isNotDone();
		this.server.close();
		drained.get(30, TimeUnit.SECONDS);
	}

	@Test
	void nothingIsHandledOnceTheContextStops() throws Exception {
		activate();
		deliver("block");
		deliver("behind");
		assertThat(next()).isEqualTo("blocking");
		this.messages.start();
		this.messages.stop();
		this.blocked.countDown();
		assertThat(next()).startsWith("block of");
		assertThat(this.master.next()).isEqualTo(new Frame.Acknowledge(1, List.of()));
		deliver("late");
		this.connection.close();
		assertThat(this.handled).isEmpty();
	}

	@Test
	void sendsAndHearsWhatBecameOfIt() throws Exception {
		CompletableFuture<Delivery> sent = this.connection.worker(() -> null).send("jobs", "hello");
		Frame.Post post = (Frame.Post) this.master.next();
		assertThat(post.group()).isEqualTo("jobs");
		assertThat(post.index()).isEqualTo(-1);
		Receipt receipt = new Receipt("jobs", 0, 7, DeliveryOutcome.HANDLED, null);
		order(new Frame.Delivered(receipt, 1, List.of(new Frame.Delivered.Ids(post.id(), 1))));
		assertThat(sent.get(30, TimeUnit.SECONDS).receipts()).containsExactly(receipt);
	}

	@Test
	void theLossOfTheMasterEndsWhatIsAwaited() {
		CompletableFuture<Delivery> sent = this.connection.worker(() -> null).send("jobs", 0, "hello");
		this.server.close();
		assertThat(sent).failsWithin(Duration.ofSeconds(30))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(DeliveryUnknownException.class);
	}

	private CompletableFuture<Void> drain(DrainReason reason) throws Exception {
		CompletableFuture<CompletableFuture<Void>> begun = new CompletableFuture<>();
		this.connection.loop().execute(() -> begun.complete(this.messages.drain(reason).toCompletableFuture()));
		return begun.get(30, TimeUnit.SECONDS);
	}

	private void deliver(String text) {
		order(message(++this.sequence, text));
	}

	private static Frame.Deliver message(long sequence, String text) {
		return new Frame.Deliver(sequence, "jobs", 1, 4711, Unpooled.wrappedBuffer(("\1" + text).getBytes()));
	}

	private void order(Frame frame) {
		this.server.eventLoop().execute(() -> this.master.connection().send(frame));
	}

	private String next() throws InterruptedException {
		String next = this.handled.poll(30, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

}
