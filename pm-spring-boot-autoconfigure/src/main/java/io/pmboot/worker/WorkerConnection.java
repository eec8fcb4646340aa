package io.pmboot.worker;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.Delivery;
import io.pmboot.DrainReason;
import io.pmboot.ReloadResult;
import io.pmboot.StartFailedException;
import io.pmboot.Worker;
import io.pmboot.accept.Serving;
import io.pmboot.control.ControlClient;
import io.pmboot.control.Frame;
import io.pmboot.loop.EventLoop;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connection of this JVM to its master: one for each JVM, from its first moment to
 * its end. From then on a drain or the loss of the master ends this JVM, whatever it is
 * doing.
 */
public final class WorkerConnection {

	private static final int MAX_ANALYSIS = 16 * 1024;

	private static final int MAX_WAITING = 1024;

	private static final int WRITE_TIMEOUT_SECONDS = 5;

	private static final Log logger = LogFactory.getLog(WorkerConnection.class);

	private static volatile @Nullable WorkerConnection current;

	private final ControlClient client;

	private final EventLoop loop;

	private final WorkerStateMachine states;

	private final SerialRuns turns;

	private final ReloadRequests reloads;

	private final HeartbeatSender heartbeat;

	private final WorkerMessages messages;

	private final Exit exit;

	private final CompletableFuture<Void> configured = new CompletableFuture<>();

	private volatile Frame.Welcome welcome;

	WorkerConnection(ControlClient client, Exit exit) {
		this.client = client;
		this.exit = exit;
		this.welcome = client.welcome();
		this.loop = EventLoop.of(client.eventLoop(), "worker");
		this.heartbeat = new HeartbeatSender(this.loop, this.welcome.heartbeatInterval(), client::send);
		this.states = new WorkerStateMachine(this.loop, this.welcome.terminateTimeout(), client::send,
				this.heartbeat::inFlight, exit, (task) -> Threads.foreground("pm-drain", task).start());
		this.turns = new SerialRuns(client::send);
		this.reloads = new ReloadRequests(client::send);
		this.messages = new WorkerMessages(client);
	}

	/**
	 * The connection of this JVM.
	 * @return the connection, or {@code null} where this is no worker or it has not
	 * connected
	 */
	public static @Nullable WorkerConnection current() {
		return current;
	}

	/**
	 * Connects this JVM to its master, once. Waits for the answer, for 10 seconds at
	 * most.
	 * @param controlSocket the master's control socket
	 * @param exit how this JVM ends
	 * @return the connection
	 * @throws StartFailedException where the master is not reached, saying why
	 * @throws IllegalStateException where this JVM is connected already
	 */
	static WorkerConnection open(Path controlSocket, Exit exit) {
		if (current != null) {
			throw new IllegalStateException("This JVM is connected to its master already");
		}
		try {
			WorkerConnection connection = new WorkerConnection(ControlClient.connect(controlSocket), exit);
			current = connection;
			connection.start();
			return connection;
		}
		catch (IOException ex) {
			throw unconnected(controlSocket, ex);
		}
	}

	private static StartFailedException unconnected(Path controlSocket, Exception cause) {
		return new StartFailedException("This worker cannot connect to its master: " + cause.getMessage(),
				"See in the master's log whether it has ended or refused the connection to %s. A worker is started by its master only."
					.formatted(controlSocket),
				cause);
	}

	void start() {
		this.client.start(this::received, this::masterLost);
		this.loop.execute(this.heartbeat::begin);
	}

	private void received(Frame frame) {
		if (frame instanceof Frame.Welcome answer) {
			this.welcome = answer;
			this.states.terminateTimeout(answer.terminateTimeout());
			this.configured.complete(null);
		}
		else if (frame instanceof Frame.Deliver deliver) {
			this.messages.inbox().deliver(deliver);
		}
		else if (frame instanceof Frame.Delivered delivered) {
			this.messages.outbox().delivered(delivered);
		}
		else if (frame instanceof Frame.GrantTurn turn) {
			this.turns.granted(turn.id());
		}
		else if (frame instanceof Frame.ReloadAnswer answer) {
			this.reloads.answered(answer);
		}
		else if (frame instanceof Frame.Activate) {
			this.states.activate();
		}
		else if (frame instanceof Frame.Observe observe) {
			this.heartbeat.observe(observe.interval());
		}
		else if (frame instanceof Frame.Drain order) {
			this.messages.ordered();
			// A request that waits for the outcome would hold up the drain.
			this.reloads.end("it drains");
			this.states.drain(order.reason(), order.timeout());
		}
	}

	private void masterLost() {
		this.configured.completeExceptionally(new IOException("the master closed the connection"));
		this.heartbeat.end();
		this.turns.masterLost();
		this.reloads.end("it has lost its master");
		this.messages.masterLost();
		this.states.masterLost();
	}

	// For tests: a worker ends with its JVM.
	void close() {
		if (current == this) {
			current = null;
		}
		this.client.close();
	}

	/**
	 * This worker, as the application sees it.
	 * @param listeners supplies the listeners that the application may take, or
	 * {@code null} where something else serves them
	 * @return the worker
	 */
	public Worker worker(Supplier<@Nullable TakenListeners> listeners) {
		return new DefaultWorker(listeners);
	}

	/**
	 * From now on tells the master of requests and acceptors, too, logs requests that
	 * hold a thread for too long, and has this worker replaced when they hold all. May be
	 * called on any thread.
	 * @param servings what serves and accepts
	 * @param maxRequestTime how long a request may hold a thread; 0 for as long as it
	 * wants
	 */
	public void watch(List<Serving> servings, Duration maxRequestTime) {
		this.loop.execute(() -> {
			this.heartbeat.watch(servings);
			if (!maxRequestTime.isZero()) {
				new LongRequests(this.loop, maxRequestTime, servings, this.states::unfit,
						Threads.each("pm-long-requests"))
					.begin();
			}
		});
	}

	/**
	 * Tells the master of something that does not suit several processes. May be called
	 * on any thread.
	 * @param id names what it is
	 * @param text in words
	 */
	public void found(String id, String text) {
		this.loop.execute(() -> this.client.send(new Frame.Found(id, text)));
	}

	/**
	 * What the master told this worker of itself, last by its answer to
	 * {@link #configure}.
	 * @return the master's answer
	 */
	public Frame.Welcome welcome() {
		return this.welcome;
	}

	/**
	 * Tells the master what this version of the application says of its group, where the
	 * master asks for it, and waits for the answer as long as this worker may start.
	 * Where the master refuses it, this JVM ends meanwhile.
	 * @param configuration reads it, for the master's profiles
	 * @throws StartFailedException where the master does not take it, saying why
	 */
	public void configure(Function<List<String>, List<Frame.Configuration.Property>> configuration) {
		List<String> masterProfiles = this.welcome.masterProfiles();
		if (masterProfiles.isEmpty()) {
			return;
		}
		this.client.send(new Frame.Configuration(configuration.apply(masterProfiles))).whenComplete((none, ex) -> {
			if (ex != null) {
				this.configured.completeExceptionally(ex);
			}
		});
		try {
			this.configured.get();
		}
		catch (ExecutionException ex) {
			throw unconnected(this.client.socket(),
					new IOException("the group's configuration was not taken: " + ex.getCause(), ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unconnected(this.client.socket(), ex);
		}
	}

	/**
	 * Asks the master for the group's listeners and waits for them, for 10 seconds at
	 * most.
	 * @return the listeners in the order of {@link Frame.Welcome#listeners()}
	 * @throws IOException where not all of them arrived
	 */
	public List<AdoptedListener> receiveListeners() throws IOException {
		List<AdoptedListener> listeners = new ArrayList<>();
		for (FileDescriptor descriptor : this.client.receiveListeners()) {
			listeners.add(AdoptedListener.adopt(descriptor));
		}
		return listeners;
	}

	/**
	 * The messages that this worker sends and receives.
	 * @return the messages
	 */
	public WorkerMessages messages() {
		return this.messages;
	}

	/**
	 * The control event loop, which nothing that is run on it may hold up.
	 * @return the loop
	 */
	public EventLoop loop() {
		return this.loop;
	}

	/**
	 * Completes when this worker has begun to serve, which one that is stopped before
	 * never does. May be called on any thread.
	 * @return the beginning, not to be completed
	 */
	public CompletableFuture<Void> activated() {
		return this.states.activated();
	}

	/**
	 * Why this worker drains. Known before its context begins to close. May be called on
	 * any thread.
	 * @return what asked for it first, or {@code null} where it does not drain
	 */
	public @Nullable DrainReason drainReason() {
		return this.states.drainReason();
	}

	WorkerStateMachine states() {
		return this.states;
	}

	/**
	 * Tells the master that this worker's start failed, and waits until that is written,
	 * since the JVM is about to exit. Says nothing once this worker was ready, or exits
	 * because it was told to.
	 * @param analysis why, of which the beginning is sent
	 */
	public void startFailed(String analysis) {
		String text = (analysis.length() > MAX_ANALYSIS) ? analysis.substring(0, MAX_ANALYSIS) : analysis;
		CompletableFuture<Void> written = new CompletableFuture<>();
		this.loop.execute(() -> {
			CompletionStage<Void> sent = this.states.isStarting() ? this.client.send(new Frame.StartFailed(text))
					: CompletableFuture.completedStage(null);
			sent.whenComplete((none, ex) -> written.complete(null));
		});
		try {
			written.get(WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("The master does not take the failure of this worker's start", ex);
		}
	}

	/**
	 * Tells the master why this worker's start failed, and ends this JVM. May be called
	 * on any thread, and does not return.
	 * @param why in words
	 */
	void failStart(String why) {
		startFailed(why);
		this.exit.exit().accept(1);
	}

	/**
	 * Tells the master that this worker's Actuator answers on its socket. May be called
	 * on any thread, before this worker is ready.
	 * @param paths where its endpoints are, by their id
	 */
	public void actuator(Map<String, String> paths) {
		this.client.send(new Frame.Actuator(paths.entrySet()
			.stream()
			.map((endpoint) -> new Frame.Actuator.Endpoint(endpoint.getKey(), endpoint.getValue()))
			.toList()));
	}

	/**
	 * Tells the master what this worker's start waits for. May be called on any thread.
	 * @param what in words
	 */
	void waits(String what) {
		this.client.send(new Frame.Waiting((what.length() > MAX_WAITING) ? what.substring(0, MAX_WAITING) : what));
	}

	/**
	 * How this JVM ends.
	 *
	 * @param exit ends it with a code, by way of the shutdown hooks; does not return
	 * @param halt ends it with a code at once, where the other way has taken too long
	 */
	public record Exit(IntConsumer exit, IntConsumer halt) {
	}

	/**
	 * This worker as the application sees it.
	 */
	private final class DefaultWorker implements Worker {

		private final Supplier<@Nullable TakenListeners> listeners;

		DefaultWorker(Supplier<@Nullable TakenListeners> listeners) {
			this.listeners = listeners;
		}

		@Override
		public String group() {
			return welcome().group();
		}

		@Override
		public int index() {
			return welcome().index();
		}

		@Override
		public int generation() {
			return welcome().generation();
		}

		@Override
		public <T extends @Nullable Object> T serially(Callable<T> section) throws Exception {
			return WorkerConnection.this.turns.serially(section);
		}

		@Override
		public CompletionStage<List<ServerSocketChannel>> listeners() {
			TakenListeners listeners = this.listeners.get();
			if (listeners == null) {
				throw new IllegalStateException(
						"The listeners of group '%s' cannot be taken: this worker has a web server or a ConnectionHandler for them"
							.formatted(group()));
			}
			return listeners.take();
		}

		@Override
		public CompletableFuture<ReloadResult> reload(String group) {
			return WorkerConnection.this.reloads.reload(group);
		}

		@Override
		public void disconnect() {
			loop().execute(states()::disconnect);
		}

		@Override
		public void score(String name, double value) {
			WorkerConnection.this.heartbeat.score(name, value);
		}

		@Override
		public CompletableFuture<Delivery> send(String group, Object payload) {
			return messages().outbox().send(group, payload);
		}

		@Override
		public CompletableFuture<Delivery> send(String group, int index, Object payload) {
			return messages().outbox().send(group, index, payload);
		}

		@Override
		public String toString() {
			return "%s-%d (generation %d)".formatted(group(), index(), generation());
		}

	}

}
