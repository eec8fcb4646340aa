package io.pmboot.master;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.pmboot.DeliveryOutcome;
import io.pmboot.MessageSender;
import io.pmboot.Receipt;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.Frame;
import io.pmboot.loop.EventLoop;
import io.pmboot.settings.MessageSettings;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between processes by what their frames say of sender and receiver.
 * Never looks at what they carry. Used on the event loop only.
 */
final class MessageRouter {

	private final Map<String, Group> groups;

	private final MessageSettings settings;

	private final EventLoop loop;

	private final LongObjectMap<Correspondent> workers = new LongObjectHashMap<>();

	/** Read on any thread. */
	private final Map<DeliveryOutcome, LongAdder> outcomes = new EnumMap<>(DeliveryOutcome.class);

	private List<Correspondent> answering = new ArrayList<>();

	private @Nullable Correspondent master;

	MessageRouter(Map<String, Group> groups, MessageSettings settings, EventLoop loop) {
		this.groups = groups;
		this.settings = settings;
		this.loop = loop;
		for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
			this.outcomes.put(outcome, new LongAdder());
		}
	}

	/**
	 * How many messages had an outcome, counted once for each receiver. May be called on
	 * any thread.
	 * @param outcome the outcome
	 * @return the number since the start
	 */
	long count(DeliveryOutcome outcome) {
		return adder(outcome).sum();
	}

	private LongAdder adder(DeliveryOutcome outcome) {
		return Objects.requireNonNull(this.outcomes.get(outcome));
	}

	MessageSettings settings() {
		return this.settings;
	}

	void connected(WorkerHandle worker, ControlConnection connection) {
		this.workers.put(worker.pid(), correspondent(worker.launch.group(), worker.index(), worker.pid(), connection));
	}

	/**
	 * Makes the master one of those that send and receive.
	 * @param connection the way to it
	 * @return the master
	 */
	Correspondent master(ControlConnection connection) {
		Correspondent master = correspondent(MessageSender.MASTER, 0, ProcessHandle.current().pid(), connection);
		this.master = master;
		return master;
	}

	private Correspondent correspondent(String group, int index, long pid, ControlConnection connection) {
		return new Correspondent(group, index, pid, connection, this.settings.maxQueued(), this::answering,
				(outcome) -> adder(outcome).increment());
	}

	/**
	 * A worker sent something.
	 * @param pid the worker
	 * @param frame what it sent
	 * @return whether it was for the router
	 */
	boolean received(long pid, Frame frame) {
		Correspondent worker = this.workers.get(pid);
		if (worker != null && frame instanceof Frame.Post post) {
			post(worker, post);
			return true;
		}
		if (worker != null && frame instanceof Frame.Acknowledge acknowledge) {
			worker.acknowledged(acknowledge);
			return true;
		}
		return false;
	}

	void disconnected(long pid) {
		Correspondent worker = this.workers.remove(pid);
		if (worker != null) {
			worker.end();
		}
	}

	void post(Correspondent sender, Frame.Post post) {
		List<Correspondent> receivers = receivers(post);
		for (Correspondent receiver : receivers) {
			receiver.deliver(post, sender, receivers.size());
		}
		if (receivers.isEmpty()) {
			sender.answer(new Receipt(post.group(), post.index(), 0, DeliveryOutcome.REFUSED, whyNobody(post)), 1,
					post.id());
		}
	}

	private List<Correspondent> receivers(Frame.Post post) {
		if (post.group().equals(MessageSender.MASTER)) {
			return (this.master != null && post.index() <= 0) ? List.of(this.master) : List.of();
		}
		List<Slot> slots = slots(post);
		if (post.index() < 0) {
			return slots.stream().map(this::ready).filter(Objects::nonNull).toList();
		}
		Correspondent receiver = (post.index() < slots.size()) ? ready(slots.get(post.index())) : null;
		return (receiver != null) ? List.of(receiver) : List.of();
	}

	private List<Slot> slots(Frame.Post post) {
		Group group = this.groups.get(post.group());
		return (group != null) ? group.slots() : List.of();
	}

	private @Nullable Correspondent ready(Slot slot) {
		WorkerHandle worker = slot.holder();
		return (worker != null && worker.isReady()) ? this.workers.get(worker.pid()) : null;
	}

	private String whyNobody(Frame.Post post) {
		String name = post.group();
		if (name.equals(MessageSender.MASTER)) {
			return "the master has index 0 alone";
		}
		if (!this.groups.containsKey(name)) {
			return "there is no group '%s'; there are: %s".formatted(name, String.join(", ", this.groups.keySet()));
		}
		if (post.index() < 0) {
			return "no worker of group '%s' is ready".formatted(name);
		}
		return (post.index() < slots(post).size()) ? "%s-%d is not ready".formatted(name, post.index())
				: "group '%s' has no worker %d".formatted(name, post.index());
	}

	// Once for all that is to be answered in this turn of the event loop.
	private void answering(Correspondent sender) {
		if (this.answering.isEmpty()) {
			this.loop.execute(this::flush);
		}
		this.answering.add(sender);
	}

	private void flush() {
		List<Correspondent> senders = this.answering;
		this.answering = new ArrayList<>();
		senders.forEach(Correspondent::flush);
	}

}
