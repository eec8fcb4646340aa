package io.pmboot.master;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.netty.buffer.Unpooled;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.control.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a simulation: workers send them to each other and handle them slowly,
 * and what the master makes of it is checked at both ends.
 */
final class SimulatedMail {

	private static final String[] NAMES = { "group0", "group1", "group2", "nobody" };

	private final FakeWorld world;

	private final Random random;

	private final Map<String, Letter> letters = new LinkedHashMap<>();

	private final Map<Long, Post> posts = new HashMap<>();

	private final Map<DeliveryOutcome, Integer> outcomes = new HashMap<>();

	SimulatedMail(FakeWorld world, long seed) {
		this.world = world;
		this.random = new Random(seed);
	}

	/**
	 * Lets a worker send some messages.
	 * @param sender the worker
	 */
	void send(FakeWorker sender) {
		for (int i = this.random.nextInt(15) - 10; i >= 0 && sender.isConnected(); i--) {
			Letter letter = new Letter(sender, ++post(sender).lastId, now());
			this.letters.put(letter.name(), letter);
			sender.tell(new Frame.Post(letter.id, NAMES[this.random.nextInt(NAMES.length)], this.random.nextInt(5) - 1,
					Unpooled.wrappedBuffer(letter.name().getBytes(StandardCharsets.US_ASCII))));
		}
	}

	void received(FakeWorker worker, Frame frame) {
		if (frame instanceof Frame.Deliver deliver) {
			deliver(worker, deliver);
		}
		else if (frame instanceof Frame.Delivered delivered) {
			for (Frame.Delivered.Ids ids : delivered.ids()) {
				for (int i = 0; i < ids.count(); i++) {
					answered(worker, delivered, ids.first() + i);
				}
			}
		}
	}

	private void deliver(FakeWorker worker, Frame.Deliver deliver) {
		Post post = post(worker);
		// A master that was stalled may not have noticed yet that it leaves.
		boolean unnoticed = this.world.loop().stalls() > 0 && worker.alive() && !worker.toldToDrain();
		this.world.check(worker.serving() || worker.waitsToServe() || worker.isHung() || unnoticed,
				"gets messages only while it serves", worker);
		this.world.check(deliver.sequence() == ++post.lastSequence, "numbers have no gap", deliver);
		Letter letter = this.letters.get(deliver.payload().toString(StandardCharsets.US_ASCII));
		this.world.check(letter.sender.pid() == deliver.pid(), "names its sender", deliver);
		this.world.check(letter.at.put(worker.pid(), new Copy(worker, deliver.sequence())) == null, "arrives once",
				deliver);
		Long before = post.lastFrom.put(deliver.pid(), letter.id);
		this.world.check(before == null || before < letter.id, "arrives in order", deliver);
		post.waiting.add(letter);
		this.world.check(post.waiting.size() <= 10, "the queue is bounded", worker);
		if (post.waiting.size() == 1) {
			handleLater(worker);
		}
	}

	private void handleLater(FakeWorker worker) {
		worker.later(Duration.ofMillis(this.random.nextInt(3_000)), () -> handle(worker));
	}

	private void handle(FakeWorker worker) {
		Post post = post(worker);
		if (post.waiting.isEmpty() || !worker.isConnected()) {
			return;
		}
		List<Frame.Acknowledge.Failure> failures = new ArrayList<>();
		long upTo = 0;
		for (int i = this.random.nextInt(post.waiting.size()); i >= 0; i--) {
			Copy copy = post.waiting.remove().at.get(worker.pid());
			copy.outcome = (this.random.nextInt(5) == 0) ? DeliveryOutcome.FAILED : DeliveryOutcome.HANDLED;
			copy.since = now();
			upTo = copy.sequence;
			if (copy.outcome == DeliveryOutcome.FAILED) {
				failures.add(new Frame.Acknowledge.Failure(upTo, "no luck"));
			}
		}
		worker.tell(new Frame.Acknowledge(upTo, failures));
		if (!post.waiting.isEmpty()) {
			handleLater(worker);
		}
	}

	private void answered(FakeWorker sender, Frame.Delivered delivered, long id) {
		Letter letter = this.letters.get(sender.pid() + "/" + id);
		this.world.check(letter != null, "is answered once, to whom it was sent by", delivered);
		Receipt receipt = delivered.receipt();
		Copy copy = letter.at.get(receipt.pid());
		if (copy == null) {
			boolean lost = receipt.outcome() == DeliveryOutcome.GONE && !isConnected(receipt.pid());
			this.world.check(receipt.outcome() == DeliveryOutcome.REFUSED || lost,
					"was refused if it did not arrive, or went to one whose end was not noticed", delivered);
		}
		else {
			this.world.check(!copy.answered, "one answer for each receiver", delivered);
			copy.answered = true;
			DeliveryOutcome expected = (copy.outcome != null) ? copy.outcome : DeliveryOutcome.GONE;
			this.world.check(receipt.outcome() == expected, "is answered with what happened: " + expected, delivered);
			this.world.check(copy.outcome != null || !copy.receiver.isConnected(), "is gone only with its receiver",
					delivered);
		}
		this.outcomes.merge(receipt.outcome(), 1, Integer::sum);
		letter.receivers = delivered.receivers();
		if (++letter.answers == letter.receivers) {
			this.letters.remove(letter.name());
		}
	}

	/** What must hold after every step. */
	void check() {
		this.letters.values()
			.removeIf((letter) -> !letter.sender.isConnected() && letter.isOver() && letter.since != now());
		for (Letter letter : this.letters.values()) {
			if (!letter.sender.isConnected()) {
				continue;
			}
			this.world.check(letter.answers > 0 || !letter.at.isEmpty() || letter.since == now(),
					"arrives or is refused at once", letter.name());
			for (Copy copy : letter.at.values()) {
				if (copy.since < 0 && !copy.receiver.isConnected()) {
					copy.since = now();
				}
				this.world.check(copy.answered || copy.since < 0 || copy.since == now(),
						"is answered when its receiver has handled it or has ended", letter.name());
			}
		}
	}

	int count(DeliveryOutcome outcome) {
		return this.outcomes.getOrDefault(outcome, 0);
	}

	private Post post(FakeWorker worker) {
		return this.posts.computeIfAbsent(worker.pid(), (pid) -> new Post());
	}

	private boolean isConnected(long pid) {
		return this.world.workers.stream().anyMatch((worker) -> worker.pid() == pid && worker.isConnected());
	}

	// What happens while the master is stalled it notices when it goes on.
	private long now() {
		return this.world.loop().awakeNanos();
	}

	/**
	 * What a worker knows of its messages.
	 */
	private static final class Post {

		private final Deque<Letter> waiting = new ArrayDeque<>();

		private final Map<Long, Long> lastFrom = new HashMap<>();

		private long lastId;

		private long lastSequence;

	}

	/**
	 * A message, from when it was sent until the last answer.
	 */
	private static final class Letter {

		private final FakeWorker sender;

		private final long id;

		private final long since;

		private final Map<Long, Copy> at = new HashMap<>();

		private int receivers;

		private int answers;

		Letter(FakeWorker sender, long id, long since) {
			this.sender = sender;
			this.id = id;
			this.since = since;
		}

		String name() {
			return this.sender.pid() + "/" + this.id;
		}

		// Nobody will look it up any more.
		boolean isOver() {
			return this.at.values().stream().allMatch((copy) -> copy.outcome != null || !copy.receiver.isConnected());
		}

	}

	/**
	 * A message at one receiver.
	 */
	private static final class Copy {

		private final FakeWorker receiver;

		private final long sequence;

		private @Nullable DeliveryOutcome outcome;

		private long since = -1;

		private boolean answered;

		Copy(FakeWorker receiver, long sequence) {
			this.receiver = receiver;
			this.sequence = sequence;
		}

	}

}
