package io.pmboot.control;

import java.time.Duration;
import java.util.List;

import io.pmboot.DrainReason;
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
	 */
	record Welcome(int version, String group, int index, int generation, List<String> listeners,
			Duration terminateTimeout, int children, Duration heartbeatInterval) implements Message {

		public Welcome {
			listeners = List.copyOf(listeners);
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

}
