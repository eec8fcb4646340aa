package io.pmboot.control;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.DeliveryOutcome;
import io.pmboot.DrainReason;
import io.pmboot.Receipt;
import io.pmboot.WorkerLoad;
import org.jspecify.annotations.Nullable;

/**
 * What master and worker tell each other, one frame each. Each record says, as its
 * {@code FORM}, by which byte a frame names it, who may send it, and which fields it has:
 * the byte and the fields never change, and a newer version appends fields, which an
 * older one passes over.
 */
public sealed interface Message {

	/** The newest version of the protocol that this code speaks. */
	int VERSION = 1;

	/** The longest payload that a frame has room for, in bytes. */
	int MAX_PAYLOAD = 1024 * 1024;

	/**
	 * The version that both ends speak: the lower one.
	 * @param theirs the newest that the other end speaks
	 * @return the version, or 0 where that is none
	 */
	static int commonVersion(int theirs) {
		return Math.max(0, Math.min(theirs, VERSION));
	}

	/**
	 * Worker to master, the first frame of its control stream.
	 *
	 * @param version the newest version that the worker speaks
	 */
	record Hello(int version) implements Message {

		static final Form<Hello> FORM = Form.opening(1, (fields) -> new Hello(fields.readInt()),
				(hello, fields) -> fields.writeInt(hello.version()));

	}

	/**
	 * Master to worker, the answer to {@link Hello}.
	 *
	 * @param version the version that both speak from now on
	 * @param group the worker's group
	 * @param index the worker's slot
	 * @param generation the worker's generation
	 * @param listeners the group's listen addresses, in the order in which {@link Attach}
	 * passes them
	 * @param terminateTimeout how long requests in flight may run in a stop that the
	 * master does not bound itself
	 * @param children how many workers the group is configured to have
	 * @param heartbeatInterval how often the worker sends a {@link Heartbeat}
	 * @param maxPayload the longest payload of a message that may be sent, in bytes
	 * @param masterProfiles the profiles of the master, where it asks the worker for
	 * {@link Configuration}, which it answers with another welcome; otherwise empty
	 */
	record Welcome(int version, String group, int index, int generation, List<String> listeners,
			Duration terminateTimeout, int children, Duration heartbeatInterval, int maxPayload,
			List<String> masterProfiles) implements Message {

		static final Form<Welcome> FORM = Form.ofMaster(2, Welcome::read, Welcome::write);

		public Welcome {
			listeners = List.copyOf(listeners);
			masterProfiles = List.copyOf(masterProfiles);
		}

		private static Welcome read(Fields fields) {
			return new Welcome(fields.readInt(), fields.readString(), fields.readInt(), fields.readInt(),
					fields.readStrings(), fields.readDuration(), fields.readInt(), fields.readDuration(),
					fields.readInt(), fields.isAtEnd() ? List.of() : fields.readStrings());
		}

		private void write(Fields fields) {
			fields.writeInt(this.version)
				.writeString(this.group)
				.writeInt(this.index)
				.writeInt(this.generation)
				.writeStrings(this.listeners)
				.writeDuration(this.terminateTimeout)
				.writeInt(this.children)
				.writeDuration(this.heartbeatInterval)
				.writeInt(this.maxPayload)
				.writeStrings(this.masterProfiles);
		}

		Welcome at(int version) {
			return new Welcome(version, this.group, this.index, this.generation, this.listeners, this.terminateTimeout,
					this.children, this.heartbeatInterval, this.maxPayload, this.masterProfiles);
		}

	}

	/**
	 * Worker to master: what this version of the application says of the worker's group.
	 *
	 * @param properties the properties, each from the source that has the last word
	 */
	record Configuration(List<Property> properties) implements Message {

		static final Form<Configuration> FORM = Form.ofWorker(18,
				(fields) -> new Configuration(fields.readList(Property.LEAST_BYTES, Property::read)),
				(configuration, fields) -> fields.writeList(configuration.properties(), Property::write));

		public Configuration {
			properties = List.copyOf(properties);
		}

		/**
		 * A property.
		 *
		 * @param name its full name, as it was written
		 * @param value its value, without placeholders
		 * @param origin where it was written, or an empty text where that is unknown
		 */
		public record Property(String name, String value, String origin) {

			/** Three strings, empty at least. */
			private static final int LEAST_BYTES = 3 * Integer.BYTES;

			private static Property read(Fields fields) {
				return new Property(fields.readString(), fields.readString(), fields.readString());
			}

			private static void write(Fields fields, Property property) {
				fields.writeString(property.name).writeString(property.value).writeString(property.origin);
			}

		}

	}

	/**
	 * Worker to master, the only frame of a second connection: asks for the listeners,
	 * which the master passes as descriptors before it closes that connection.
	 */
	record Attach() implements Message {

		static final Form<Attach> FORM = Form.opening(3, (fields) -> new Attach(), Form::nothing);

	}

	/** Worker to master: ready to accept. */
	record Ready() implements Message {

		static final Form<Ready> FORM = Form.ofWorker(4, (fields) -> new Ready(), Form::nothing);

	}

	/**
	 * A worker tells what its start waits for.
	 *
	 * @param what in words
	 */
	record Waiting(String what) implements Message {

		static final Form<Waiting> FORM = Form.ofWorker(19, (fields) -> new Waiting(fields.readString()),
				(waiting, fields) -> fields.writeString(waiting.what()));

	}

	/**
	 * Worker to master: the application could not start. Sent again when more is known.
	 *
	 * @param analysis what Boot says of the failure, or the exception
	 */
	record StartFailed(String analysis) implements Message {

		static final Form<StartFailed> FORM = Form.ofWorker(5, (fields) -> new StartFailed(fields.readString()),
				(failed, fields) -> fields.writeString(failed.analysis()));

	}

	/** Master to worker: accept. */
	record Activate() implements Message {

		static final Form<Activate> FORM = Form.ofMaster(6, (fields) -> new Activate(), Form::nothing);

	}

	/**
	 * Master to worker: accept nothing more, finish, exit.
	 *
	 * @param reason why
	 * @param timeout how long the worker may take
	 */
	record Drain(DrainReason reason, Duration timeout) implements Message {

		static final Form<Drain> FORM = Form.ofMaster(7,
				(fields) -> new Drain(fields.readConstant(DrainReason.class), fields.readDuration()),
				(drain, fields) -> fields.writeConstant(drain.reason()).writeDuration(drain.timeout()));

	}

	/**
	 * Worker to master: it has begun to drain, unasked.
	 *
	 * @param reason why
	 */
	record Draining(DrainReason reason) implements Message {

		static final Form<Draining> FORM = Form.ofWorker(8,
				(fields) -> new Draining(fields.readConstant(DrainReason.class)),
				(draining, fields) -> fields.writeConstant(draining.reason()));

	}

	/**
	 * Worker to master, which {@linkplain DrainReason#HANDOVER waits for that}: it has
	 * drained within its time. Nothing of it is in flight, and nothing begins any more.
	 */
	record Drained() implements Message {

		static final Form<Drained> FORM = Form.ofWorker(22, (fields) -> new Drained(), Form::nothing);

	}

	/**
	 * Worker to master: its time to drain is up.
	 *
	 * @param requests how many are in flight, and are cut short
	 */
	record Cut(int requests) implements Message {

		static final Form<Cut> FORM = Form.ofWorker(17, (fields) -> new Cut(fields.readInt()),
				(cut, fields) -> fields.writeInt(cut.requests()));

	}

	/**
	 * Worker to master: asks for a turn, which only one worker of the group has at a
	 * time.
	 *
	 * @param id tells the turns of this worker apart
	 */
	record RequestTurn(int id) implements Message {

		static final Form<RequestTurn> FORM = Form.ofWorker(14, (fields) -> new RequestTurn(fields.readInt()),
				(turn, fields) -> fields.writeInt(turn.id()));

	}

	/**
	 * Master to worker: the turn that was asked for begins.
	 *
	 * @param id which of this worker's
	 */
	record GrantTurn(int id) implements Message {

		static final Form<GrantTurn> FORM = Form.ofMaster(15, (fields) -> new GrantTurn(fields.readInt()),
				(turn, fields) -> fields.writeInt(turn.id()));

	}

	/**
	 * Worker to master: the turn is over, or not wanted any more.
	 *
	 * @param id which of this worker's
	 */
	record EndTurn(int id) implements Message {

		static final Form<EndTurn> FORM = Form.ofWorker(16, (fields) -> new EndTurn(fields.readInt()),
				(turn, fields) -> fields.writeInt(turn.id()));

	}

	/**
	 * Worker to master, at every {@link Welcome#heartbeatInterval()}: it lives.
	 *
	 * @param load what it tells of itself
	 */
	record Heartbeat(WorkerLoad load) implements Message {

		static final Form<Heartbeat> FORM = Form.ofWorker(9, Heartbeat::read, Heartbeat::write);

		private static Heartbeat read(Fields fields) {
			return new Heartbeat(new WorkerLoad(fields.readLong(), fields.readOptional(), fields.readLong(),
					fields.readOptional(), fields.readLong(), fields.readInt(), age(fields.readOptional()),
					fields.readDuration(), fields.readInt(), count(fields.readInt()),
					fields.readStrings("deadlocked threads", WorkerLoad.MAX_DEADLOCKED_THREADS), scores(fields)));
		}

		private void write(Fields fields) {
			Duration oldest = this.load.oldestInFlight();
			Integer acceptors = this.load.acceptors();
			fields.writeLong(this.load.heapUsed())
				.writeOptional(this.load.heapMax())
				.writeLong(this.load.nonHeapUsed())
				.writeOptional(this.load.residentSize())
				.writeLong(this.load.served())
				.writeInt(this.load.inFlight())
				.writeOptional((oldest != null) ? oldest.toMillis() : null)
				.writeDuration(this.load.lag())
				.writeInt(this.load.collecting())
				.writeInt((acceptors != null) ? acceptors : -1)
				.writeStrings(this.load.deadlockedThreads())
				.writeInt(this.load.scores().size());
			this.load.scores()
				.forEach((name, value) -> fields.writeString(name).writeLong(Double.doubleToRawLongBits(value)));
		}

		private static @Nullable Duration age(@Nullable Long millis) {
			return (millis != null) ? Duration.ofMillis(millis) : null;
		}

		private static @Nullable Integer count(int value) {
			return (value >= 0) ? value : null;
		}

		private static Map<String, Double> scores(Fields fields) {
			int count = fields.readCount("scores", WorkerLoad.MAX_SCORES);
			Map<String, Double> scores = new HashMap<>();
			for (int i = 0; i < count; i++) {
				String name = fields.readString();
				double value = Double.longBitsToDouble(fields.readLong());
				if (!Double.isFinite(value)) {
					throw new CorruptedFrameException("a score of %s is no number".formatted(value));
				}
				scores.put(name, value);
			}
			return scores;
		}

	}

	/**
	 * Worker to master: it is not fit to go on, and is to be replaced.
	 *
	 * @param why in words
	 */
	record Unfit(String why) implements Message {

		static final Form<Unfit> FORM = Form.ofWorker(20, (fields) -> new Unfit(fields.readString()),
				(unfit, fields) -> fields.writeString(unfit.why()));

	}

	/**
	 * Worker to master: whether it accepts has changed since it was activated, because
	 * its application refuses traffic or accepts it again.
	 *
	 * @param accepting whether it accepts
	 */
	record Accepting(boolean accepting) implements Message {

		static final Form<Accepting> FORM = Form.ofWorker(21, (fields) -> new Accepting(fields.readInt() != 0),
				(message, fields) -> fields.writeInt(message.accepting() ? 1 : 0));

	}

	/**
	 * Worker to master: a message to route.
	 *
	 * @param id names it to its sender
	 * @param group to which group, or {@code master}
	 * @param index to which slot of it, or -1 for the whole group
	 * @param payload what it carries, which only the two ends understand
	 */
	record Post(long id, String group, int index, ByteBuf payload) implements Message, Carrier {

		static final Form<Post> FORM = Form.ofWorker(10,
				(fields) -> new Post(fields.readLong(), fields.readString(), fields.readInt(), fields.readPayload()),
				(post, fields) -> fields.writeLong(post.id())
					.writeString(post.group())
					.writeInt(post.index())
					.writePayload(post.payload()));

	}

	/**
	 * Master to worker: a message to handle.
	 *
	 * @param sequence numbers what this receiver was sent, from 1, without a gap
	 * @param group the sender's group, or {@code master}
	 * @param index the sender's slot
	 * @param pid the sender's process
	 * @param payload what it carries
	 */
	record Deliver(long sequence, String group, int index, long pid, ByteBuf payload) implements Message, Carrier {

		static final Form<Deliver> FORM = Form.ofMaster(11,
				(fields) -> new Deliver(fields.readLong(), fields.readString(), fields.readInt(), fields.readLong(),
						fields.readPayload()),
				(deliver, fields) -> fields.writeLong(deliver.sequence())
					.writeString(deliver.group())
					.writeInt(deliver.index())
					.writeLong(deliver.pid())
					.writePayload(deliver.payload()));

	}

	/**
	 * Worker to master: messages have been handled.
	 *
	 * @param upTo the last one; all before it have been handled as well
	 * @param failures those of them that failed
	 */
	record Acknowledge(long upTo, List<Failure> failures) implements Message {

		static final Form<Acknowledge> FORM = Form.ofWorker(12,
				(fields) -> new Acknowledge(fields.readLong(), fields.readList(Failure.LEAST_BYTES, Failure::read)),
				(acknowledge, fields) -> fields.writeLong(acknowledge.upTo())
					.writeList(acknowledge.failures(), Failure::write));

		public Acknowledge {
			failures = List.copyOf(failures);
		}

		/**
		 * A message whose listener threw an exception.
		 *
		 * @param sequence which one
		 * @param reason the exception
		 */
		public record Failure(long sequence, String reason) {

			private static final int LEAST_BYTES = Long.BYTES + Integer.BYTES;

			private static Failure read(Fields fields) {
				return new Failure(fields.readLong(), fields.readString());
			}

			private static void write(Fields fields, Failure failure) {
				fields.writeLong(failure.sequence).writeString(failure.reason);
			}

		}

	}

	/**
	 * Master to worker: what became, at one receiver, of messages that it posted.
	 *
	 * @param receipt the receiver and the outcome, the same for all of them
	 * @param receivers how many receivers each of these messages has
	 * @param ids the messages
	 */
	record Delivered(Receipt receipt, int receivers, List<Ids> ids) implements Message {

		static final Form<Delivered> FORM = Form.ofMaster(13, Delivered::read, Delivered::write);

		public Delivered {
			ids = List.copyOf(ids);
		}

		private static Delivered read(Fields fields) {
			String group = fields.readString();
			int index = fields.readInt();
			long pid = fields.readLong();
			DeliveryOutcome outcome = fields.readConstant(DeliveryOutcome.class);
			String reason = fields.readString();
			return new Delivered(new Receipt(group, index, pid, outcome, reason.isEmpty() ? null : reason),
					fields.readInt(), fields.readList(Ids.LEAST_BYTES, Ids::read));
		}

		private void write(Fields fields) {
			String reason = this.receipt.reason();
			fields.writeString(this.receipt.group())
				.writeInt(this.receipt.index())
				.writeLong(this.receipt.pid())
				.writeConstant(this.receipt.outcome())
				.writeString((reason != null) ? reason : "")
				.writeInt(this.receivers)
				.writeList(this.ids, Ids::write);
		}

		/**
		 * Messages that follow each other.
		 *
		 * @param first the first
		 * @param count how many, at least 1
		 */
		public record Ids(long first, int count) {

			private static final int LEAST_BYTES = Long.BYTES + Integer.BYTES;

			private static Ids read(Fields fields) {
				return new Ids(fields.readLong(), fields.readInt());
			}

			private static void write(Fields fields, Ids ids) {
				fields.writeLong(ids.first).writeInt(ids.count);
			}

		}

	}

}
