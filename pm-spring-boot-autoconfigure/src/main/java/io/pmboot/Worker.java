package io.pmboot;

import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * This worker, as a bean of a worker's context; in a master and in a plain application
 * there is none (inject an {@code ObjectProvider<Worker>} where that matters). Every
 * method may be called on any thread.
 *
 * @since 0.1
 */
public interface Worker {

	/**
	 * The group that this worker belongs to.
	 * @return the group's name
	 */
	String group();

	/**
	 * The stable slot within the group, from 0. A successor has its predecessor's.
	 * @return the index
	 */
	int index();

	/**
	 * The generation of the group that this worker belongs to.
	 * @return the generation, from 1
	 */
	int generation();

	/**
	 * Takes the listeners of this worker, for code that accepts by itself: neither a web
	 * server nor a {@link ConnectionHandler}. Who takes them is responsible for the
	 * connections: the drain closes the channels, so that accept ends with a
	 * {@link java.nio.channels.ClosedChannelException}, and does not wait for what was
	 * accepted; for that there is the stop of a
	 * {@code org.springframework.context.SmartLifecycle}, which follows.
	 * <p>
	 * To be called while the application starts, its runners included: a worker whose
	 * listeners nobody has taken by then fails. Returns at once, the same at each call.
	 * @return completes, on a thread of its own, when the master activates this worker,
	 * before which nothing may be accepted (a wait for it in start-up code would never
	 * end), with a channel for each listener in the order of the configuration; none for
	 * a group without listeners. Each is in blocking mode and may be registered with a
	 * selector instead, as long as every worker of the group does the same. Completes
	 * with a {@link java.nio.channels.ClosedChannelException} where the worker drains
	 * without having been activated
	 * @throws IllegalStateException where a web server or a {@link ConnectionHandler}
	 * serves the listeners
	 */
	CompletionStage<List<ServerSocketChannel>> listeners();

	/**
	 * Lets this worker go: it tells the master, which forks a successor at once, accepts
	 * nothing more, finishes what runs within {@code terminate-timeout}, and exits with
	 * code 0. Idle connections are closed. Returns at once; does nothing where the worker
	 * drains already.
	 */
	void disconnect();

}
