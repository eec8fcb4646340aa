package io.pmboot.control;

import java.time.Duration;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.Receipt;
import io.pmboot.ReloadOutcome;
import io.pmboot.WorkerLoad;
import io.pmboot.control.FrameType.Sender;
import org.jspecify.annotations.Nullable;

/**
 * What master and worker tell each other, one frame each. The {@link FrameType} of a
 * record says by which byte a frame names it and who may send it; its components are the
 * fields of the frame. The byte and the fields never change, those of the records in it
 * neither: a newer version appends fields to the frame, which an older one passes over. A
 * frame that is new has the next byte, 29, and raises {@link #VERSION} once there has
 * been a release: whoever speaks only an older version closes the stream on it.
 */
public sealed interface Frame {

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
	@FrameType(type = 1, sender = Sender.OPENING_WORKER)
	record Hello(int version) implements Frame {
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
	@FrameType(type = 2, sender = Sender.MASTER)
	record Welcome(int version, String group, int index, int generation, List<String> listeners,
			Duration terminateTimeout, int children, Duration heartbeatInterval, int maxPayload,
			@FrameType.Appended List<String> masterProfiles) implements Frame {

		public Welcome {
			listeners = List.copyOf(listeners);
			masterProfiles = List.copyOf(masterProfiles);
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
	@FrameType(type = 18, sender = Sender.WORKER)
	record Configuration(List<Property> properties) implements Frame {

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
	@FrameType(type = 3, sender = Sender.OPENING_WORKER)
	record Attach() implements Frame {
	}

	/** Worker to master: ready to accept. */
	@FrameType(type = 4, sender = Sender.WORKER)
	record Ready() implements Frame {
	}

	/**
	 * A worker tells what its start waits for.
	 *
	 * @param what in words
	 */
	@FrameType(type = 19, sender = Sender.WORKER)
	record Waiting(String what) implements Frame {
	}

	/**
	 * Worker to master: something that it warns of.
	 *
	 * @param id names what it is
	 * @param text in words
	 */
	@FrameType(type = 25, sender = Sender.WORKER)
	record Found(String id, String text) implements Frame {
	}

	/**
	 * Worker to master: the application could not start. Sent again when more is known.
	 *
	 * @param analysis what Boot says of the failure, or the exception
	 */
	@FrameType(type = 5, sender = Sender.WORKER)
	record StartFailed(String analysis) implements Frame {
	}

	/** Master to worker: accept. */
	@FrameType(type = 6, sender = Sender.MASTER)
	record Activate() implements Frame {
	}

	/**
	 * Master to worker: accept nothing more, finish, exit.
	 *
	 * @param reason why
	 * @param timeout how long the worker may take
	 */
	@FrameType(type = 7, sender = Sender.MASTER)
	record Drain(DrainReason reason, Duration timeout) implements Frame {
	}

	/**
	 * Worker to master: it has begun to drain, unasked.
	 *
	 * @param reason why
	 */
	@FrameType(type = 8, sender = Sender.WORKER)
	record Draining(DrainReason reason) implements Frame {
	}

	/**
	 * Worker to master, which {@linkplain DrainReason#HANDOVER waits for that}: it has
	 * drained within its time. Nothing of it is in flight, and nothing begins any more.
	 */
	@FrameType(type = 22, sender = Sender.WORKER)
	record Drained() implements Frame {
	}

	/**
	 * Worker to master: its time to drain is up.
	 *
	 * @param requests how many are in flight, and are cut short
	 */
	@FrameType(type = 17, sender = Sender.WORKER)
	record Cut(int requests) implements Frame {
	}

	/**
	 * Worker to master: asks for a turn, which only one worker of the group has at a
	 * time.
	 *
	 * @param id tells the turns of this worker apart
	 */
	@FrameType(type = 14, sender = Sender.WORKER)
	record RequestTurn(int id) implements Frame {
	}

	/**
	 * Master to worker: the turn that was asked for begins.
	 *
	 * @param id which of this worker's
	 */
	@FrameType(type = 15, sender = Sender.MASTER)
	record GrantTurn(int id) implements Frame {
	}

	/**
	 * Worker to master: the turn is over, or not wanted any more.
	 *
	 * @param id which of this worker's
	 */
	@FrameType(type = 16, sender = Sender.WORKER)
	record EndTurn(int id) implements Frame {
	}

	/**
	 * Worker to master: the application asks for the reload of a group.
	 *
	 * @param id tells what this worker asks for apart
	 * @param group the group's name, as the application wrote it
	 */
	@FrameType(type = 23, sender = Sender.WORKER)
	record RequestReload(int id, String group) implements Frame {

	}

	/**
	 * Master to worker: what became of a reload that it asked for.
	 *
	 * @param id which of this worker's
	 * @param reload the reload or, where it is refused, the one that is in the way;
	 * {@code null} where none is
	 * @param outcome how it ended, or {@code null} where it is refused
	 * @param cause why it did not complete or is refused, or {@code null}
	 */
	@FrameType(type = 24, sender = Sender.MASTER)
	record ReloadAnswer(int id, @Nullable String reload, @Nullable ReloadOutcome outcome,
			@Nullable String cause) implements Frame {
	}

	/**
	 * Worker to master, at every {@link Welcome#heartbeatInterval()}: it lives.
	 *
	 * @param load what it tells of itself
	 */
	@FrameType(type = 9, sender = Sender.WORKER)
	record Heartbeat(WorkerLoad load) implements Frame {
	}

	/**
	 * Worker to master, with each {@link Heartbeat}, and as often as it was told to by
	 * {@link Observe}.
	 *
	 * @param answers what it has answered since it started
	 */
	@FrameType(type = 27, sender = Sender.WORKER)
	record Answered(Answers answers) implements Frame {
	}

	/**
	 * Master to worker: its answers are compared with those of others from now on.
	 *
	 * @param interval how often it is to tell what it has {@link Answered}; 0 with each
	 * heartbeat, as usual
	 */
	@FrameType(type = 26, sender = Sender.MASTER)
	record Observe(Duration interval) implements Frame {
	}

	/**
	 * Worker to master: it is not fit to go on, and is to be replaced.
	 *
	 * @param why in words
	 */
	@FrameType(type = 20, sender = Sender.WORKER)
	record Unfit(String why) implements Frame {
	}

	/**
	 * Worker to master: whether it accepts has changed since it was activated, because
	 * its application refuses traffic or accepts it again.
	 *
	 * @param accepting whether it accepts
	 */
	@FrameType(type = 21, sender = Sender.WORKER)
	record Accepting(boolean accepting) implements Frame {
	}

	/**
	 * Worker to master, before it is ready: its Actuator answers on a socket of its own.
	 *
	 * @param endpoints those that it exposes
	 */
	@FrameType(type = 28, sender = Sender.WORKER)
	record Actuator(List<Endpoint> endpoints) implements Frame {

		public Actuator {
			endpoints = List.copyOf(endpoints);
		}

		/**
		 * An endpoint.
		 *
		 * @param id its id
		 * @param path where it is in that worker
		 */
		public record Endpoint(String id, String path) {
		}

	}

	/**
	 * Worker to master: a message to route.
	 *
	 * @param id names it to its sender
	 * @param group to which group, or {@code master}
	 * @param index to which slot of it, or -1 for the whole group
	 * @param payload what it carries, which only the two ends understand
	 */
	@FrameType(type = 10, sender = Sender.WORKER)
	record Post(long id, String group, int index, ByteBuf payload) implements Frame, PayloadFrame {
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
	@FrameType(type = 11, sender = Sender.MASTER)
	record Deliver(long sequence, String group, int index, long pid, ByteBuf payload) implements Frame, PayloadFrame {
	}

	/**
	 * Worker to master: messages have been handled.
	 *
	 * @param upTo the last one; all before it have been handled as well
	 * @param failures those of them that failed
	 */
	@FrameType(type = 12, sender = Sender.WORKER)
	record Acknowledge(long upTo, List<Failure> failures) implements Frame {

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
	@FrameType(type = 13, sender = Sender.MASTER)
	record Delivered(Receipt receipt, int receivers, List<Ids> ids) implements Frame {

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
