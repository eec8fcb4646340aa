package io.pmboot;

import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * This worker, as a bean of a worker's context; in a master and in a plain application
 * there is none (inject an {@code ObjectProvider<Worker>} where that matters). Every
 * method may be called on any thread.
 *
 * @since 0.1
 */
public interface Worker extends MessageSender {

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
	 * Runs something while no other worker of the group, of whichever generation, runs
	 * anything by this method: for what only one may do at a time, such as bringing the
	 * database's schema up to date at start. Waits for its turn as long as that takes;
	 * turns come in the order in which they were asked for, those of several threads of
	 * this worker included.
	 * <p>
	 * May be used from the start of the context on, before the worker is ready, and while
	 * it drains. The wait counts toward {@code start-timeout}, as all does that happens
	 * before the worker is ready. There is no other limit: what never returns lets no
	 * other worker of the group have its turn before this worker has exited. A call
	 * within the section, on the same thread, runs at once; one on another thread waits
	 * for the end of the section, which must therefore not wait for that thread.
	 * <p>
	 * The turn ends with the section, or with this process. It holds among the workers of
	 * one living master: where the master was killed, a worker that has not ended yet may
	 * still run what it began when those of the next master start.
	 * @param section what to run, on the calling thread
	 * @param <T> what it returns
	 * @return what the section returns
	 * @throws InterruptedException if the thread is interrupted while it waits; the
	 * section has not run
	 * @throws IllegalStateException if the master is gone before the turn has come; the
	 * section has not run
	 * @throws Exception what the section throws
	 */
	<T extends @Nullable Object> T serially(Callable<T> section) throws Exception;

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
	 * Asks the master to reload a group, as {@link Master#reload(String)} does, where
	 * {@code pm.groups.<own group>.may-reload} lists it.
	 * @param group the group's name; this worker's own, too
	 * @return completes on a thread of its own when the reload has ended, however it did,
	 * in the time that reloads are bound to. Exceptionally with a
	 * {@link ReloadRefusedException} where the group is not listed or cannot be reloaded
	 * now; then nothing has changed. Exceptionally with an {@link IllegalStateException}
	 * as soon as this worker drains, because it is replaced itself for instance, or loses
	 * its master: what was asked for goes on without it
	 */
	CompletableFuture<ReloadResult> reload(String group);

	/**
	 * Lets this worker go: it tells the master, which forks a successor at once, accepts
	 * nothing more, finishes what runs within {@code terminate-timeout}, and exits with
	 * code 0. Idle connections are closed. Returns at once; does nothing where the worker
	 * drains already.
	 */
	void disconnect();

	/**
	 * Tells the master a figure of the application's own, for instance how long a queue
	 * is: it goes with every heartbeat into the status. A score that was told before is
	 * replaced.
	 * @param name the score's name, up to 64 characters, not blank and without control
	 * characters
	 * @param value its value, finite
	 * @throws IllegalArgumentException where name or value are not so, or this worker has
	 * {@value WorkerLoad#MAX_SCORES} scores of other names already
	 */
	void score(String name, double value);

}
