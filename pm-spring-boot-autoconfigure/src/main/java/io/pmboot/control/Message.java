package io.pmboot.control;

import java.time.Duration;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.pmboot.DrainReason;
import io.pmboot.Receipt;
import io.pmboot.WorkerLoad;

/**
 * What master and worker tell each other, one frame each.
 */
public sealed interface Message {

	/**
	 * Worker to master, the first frame of its control stream.
	 *
	 * @param version the version that the worker speaks
	 */
	record Hello(int version) implements Message {

		/** The version of the protocol that this code speaks. */
		public static final int VERSION = 1;

	}

	/**
	 * Master to worker, the answer to {@link Hello}.
	 *
	 * @param version the version that the master speaks
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
	 * @param maxQueued how many messages may wait in one receiver
	 * @param masterProfiles the profiles of the master, where it asks the worker for
	 * {@link Configuration}, which it answers with another welcome; otherwise empty
	 */
	record Welcome(int version, String group, int index, int generation, List<String> listeners,
			Duration terminateTimeout, int children, Duration heartbeatInterval, int maxPayload, int maxQueued,
			List<String> masterProfiles) implements Message {

		public Welcome {
			listeners = List.copyOf(listeners);
			masterProfiles = List.copyOf(masterProfiles);
		}

	}

	/**
	 * Worker to master: what this version of the application says of the worker's group.
	 *
	 * @param properties the properties, each from the source that has the last word
	 */
	record Configuration(List<Property> properties) implements Message {

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
		}

	}

	/**
	 * Worker to master, the only frame of a second connection: asks for the listeners,
	 * which the master passes as descriptors before it closes that connection.
	 */
	record Attach() implements Message {
	}

	/** Worker to master: ready to accept. */
	record Ready() implements Message {
	}

	/**
	 * A worker tells what its start waits for.
	 *
	 * @param what in words
	 */
	record Waiting(String what) implements Message {
	}

	/**
	 * Worker to master: the application could not start. Sent again when more is known.
	 *
	 * @param analysis what Boot says of the failure, or the exception
	 */
	record StartFailed(String analysis) implements Message {
	}

	/** Master to worker: accept. */
	record Activate() implements Message {
	}

	/**
	 * Master to worker: accept nothing more, finish, exit.
	 *
	 * @param reason why
	 * @param timeout how long the worker may take
	 */
	record Drain(DrainReason reason, Duration timeout) implements Message {
	}

	/**
	 * Worker to master: it has begun to drain, unasked.
	 *
	 * @param reason why
	 */
	record Draining(DrainReason reason) implements Message {
	}

	/**
	 * Worker to master, which {@linkplain DrainReason#HANDOVER waits for that}: it has
	 * drained within its time. Nothing of it is in flight, and nothing begins any more.
	 */
	record Drained() implements Message {
	}

	/**
	 * Worker to master: its time to drain is up.
	 *
	 * @param requests how many are in flight, and are cut short
	 */
	record Cut(int requests) implements Message {
	}

	/**
	 * Worker to master: asks for a turn, which only one worker of the group has at a
	 * time.
	 *
	 * @param id tells the turns of this worker apart
	 */
	record RequestTurn(int id) implements Message {
	}

	/**
	 * Master to worker: the turn that was asked for begins.
	 *
	 * @param id which of this worker's
	 */
	record GrantTurn(int id) implements Message {
	}

	/**
	 * Worker to master: the turn is over, or not wanted any more.
	 *
	 * @param id which of this worker's
	 */
	record EndTurn(int id) implements Message {
	}

	/**
	 * Worker to master, at every {@link Welcome#heartbeatInterval()}: it lives.
	 *
	 * @param load what it tells of itself
	 */
	record Heartbeat(WorkerLoad load) implements Message {
	}

	/**
	 * Worker to master: it is not fit to go on, and is to be replaced.
	 *
	 * @param why in words
	 */
	record Unfit(String why) implements Message {
	}

	/**
	 * Worker to master: whether it accepts has changed since it was activated, because
	 * its application refuses traffic or accepts it again.
	 *
	 * @param accepting whether it accepts
	 */
	record Accepting(boolean accepting) implements Message {
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

		/** The longest payload that a frame has room for, in bytes. */
		public static final int MAX_PAYLOAD = FrameCodec.MAX_PAYLOAD;

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
	}

	/**
	 * Worker to master: messages have been handled.
	 *
	 * @param upTo the last one; all before it have been handled as well
	 * @param failures those of them that failed
	 */
	record Acknowledge(long upTo, List<Failure> failures) implements Message {

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

		public Delivered {
			ids = List.copyOf(ids);
		}

		/**
		 * Messages that follow each other.
		 *
		 * @param first the first
		 * @param count how many, at least 1
		 */
		public record Ids(long first, int count) {
		}

	}

}
