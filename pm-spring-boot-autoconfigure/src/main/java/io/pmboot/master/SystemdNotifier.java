package io.pmboot.master;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.loop.EventLoop;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.NotifySocket;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd, or who else speaks its protocol, how the master is: sd_notify(3). It is
 * the event loop itself that says that it lives, so that one that hangs does not. Used on
 * the event loop only.
 */
final class SystemdNotifier implements Closeable {

	static final String SOCKET = "NOTIFY_SOCKET";

	/** How often a time limit is extended, and the status looked at, at the least. */
	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private static final Duration EXTENSION = INTERVAL.multipliedBy(3);

	private static final Duration RETRY_EVERY = Duration.ofMillis(100);

	/** Who reads none of them is asked no more. */
	private static final int MAX_UNSENT = 100;

	private static final LoopLog logger = LoopLog.of(SystemdNotifier.class);

	private final EventLoop loop;

	private final NotifySocket socket;

	private final boolean watched;

	private final Duration interval;

	private final Deadline tick;

	private final Deadline retry;

	private final Deque<String> unsent = new ArrayDeque<>();

	private final StatusLine statusLine = new StatusLine();

	private Supplier<List<GroupInfo>> groups = List::of;

	private Phase phase = Phase.STARTING;

	private boolean updateDue;

	private boolean started;

	/** Whether a reload has begun, or was asked for, that has not been told of. */
	private boolean reloadDue;

	private String status = "";

	private boolean failing;

	/**
	 * Creates a notifier, which says nothing yet.
	 * @param loop the event loop
	 * @param socket takes messages, and is closed with this
	 * @param watchdog how long systemd waits for a sign of life, or {@code null} where it
	 * does not
	 */
	SystemdNotifier(EventLoop loop, NotifySocket socket, @Nullable Duration watchdog) {
		this.loop = loop;
		this.socket = socket;
		this.watched = watchdog != null;
		Duration half = (watchdog != null) ? watchdog.dividedBy(2) : INTERVAL;
		this.interval = (half.compareTo(INTERVAL) < 0) ? half : INTERVAL;
		this.tick = new Deadline(loop);
		this.retry = new Deadline(loop);
	}

	/**
	 * Opens what the environment names.
	 * @param environment the environment, with {@link #SOCKET}
	 * @param loop the event loop
	 * @return the notifier, or {@code null} where it cannot be, which the log says
	 */
	static @Nullable SystemdNotifier open(Map<String, String> environment, EventLoop loop) {
		try {
			return new SystemdNotifier(loop, NotifySocket.open(String.valueOf(environment.get(SOCKET))),
					watchdog(environment, ProcessHandle.current().pid()));
		}
		catch (IOException ex) {
			logger.warn("systemd cannot be told how this master is, by %s: %s".formatted(SOCKET, ex.getMessage()));
			return null;
		}
	}

	/**
	 * Reads how often systemd wants a sign of life from this process.
	 * @param environment the environment
	 * @param pid this process
	 * @return how long it waits, or {@code null} where it does not
	 */
	static @Nullable Duration watchdog(Map<String, String> environment, long pid) {
		String own = Long.toString(pid);
		String micros = environment.getOrDefault("WATCHDOG_USEC", "");
		boolean meant = environment.getOrDefault("WATCHDOG_PID", own).equals(own);
		if (!meant || !micros.matches("[1-9][0-9]{0,14}")) {
			return null;
		}
		return Duration.of(Long.parseLong(micros), TimeUnit.MICROSECONDS.toChronoUnit());
	}

	/**
	 * Begins: the master starts.
	 * @param groups how the groups are
	 */
	void start(Supplier<List<GroupInfo>> groups) {
		this.groups = groups;
		tick();
	}

	/** The master's own context has started: workers are forked from now on. */
	void started() {
		this.started = true;
		updateSoon();
	}

	/**
	 * Has it hear of what is published.
	 * @param publish publishes events
	 * @return does so, too
	 */
	Consumer<Object> before(Consumer<Object> publish) {
		return (event) -> {
			happened(event);
			publish.accept(event);
		};
	}

	// What follows from it is told when the event loop has done it.
	private void happened(Object event) {
		if (event instanceof ReloadStartedEvent begun) {
			this.statusLine.started(begun.reload());
			this.reloadDue = true;
		}
		else if (event instanceof ReloadFinishedEvent finished) {
			this.statusLine.finished(finished.reload());
		}
		updateSoon();
	}

	/**
	 * A signal asks for a reload, and who sent it waits for an answer, be it refused.
	 */
	void reloadOrdered() {
		this.reloadDue = true;
		updateSoon();
	}

	/**
	 * The master stops.
	 * @param bound how long that takes at most
	 */
	void stopping(Duration bound) {
		this.phase = Phase.STOPPING;
		send("STOPPING=1\n" + extend(bound));
		updateSoon();
	}

	private void updateSoon() {
		if (!this.updateDue) {
			this.updateDue = true;
			this.loop.execute(() -> {
				this.updateDue = false;
				update(this.groups.get());
			});
		}
	}

	private void update(List<GroupInfo> groups) {
		if (this.started && this.phase == Phase.STARTING && isReady(groups)) {
			this.phase = Phase.READY;
			this.reloadDue = false;
			long pid = ProcessHandle.current().pid();
			// Process 1 is that of a container, and another one to who reads this.
			send((pid != 1) ? "READY=1\nMAINPID=" + pid : "READY=1");
		}
		// One that holds waits for somebody, for days perhaps: what was asked for is
		// done.
		boolean reloading = groups.stream()
			.anyMatch((group) -> group.state() == GroupState.RELOADING
					&& !(group.rollout() != null && group.rollout().holding()));
		if (this.phase == Phase.RELOADING || this.phase == Phase.READY) {
			if (this.reloadDue || (reloading && this.phase == Phase.READY)) {
				this.phase = Phase.RELOADING;
				this.reloadDue = false;
				send("RELOADING=1\nMONOTONIC_USEC=%d\n%s".formatted(TimeUnit.NANOSECONDS.toMicros(this.loop.nanoTime()),
						extend(EXTENSION)));
			}
			if (!reloading && this.phase == Phase.RELOADING) {
				this.phase = Phase.READY;
				send("READY=1");
			}
		}
		String status = this.statusLine.of(groups);
		if (!status.equals(this.status)) {
			this.status = status;
			send("STATUS=" + status);
		}
	}

	// Of every group that listens, and is to have workers, one serves. One that has given
	// up is waited for no longer, unless nobody serves at all.
	private static boolean isReady(List<GroupInfo> groups) {
		List<GroupInfo> awaited = awaited(groups);
		boolean nobody = groups.stream().noneMatch((group) -> !group.listen().isEmpty() && group.serving() > 0);
		return awaited.stream().allMatch((group) -> group.state() == GroupState.GIVEN_UP)
				&& !(nobody && !awaited.isEmpty());
	}

	private static List<GroupInfo> awaited(List<GroupInfo> groups) {
		return groups.stream()
			.filter((group) -> !group.listen().isEmpty() && group.children() > 0 && group.state() != GroupState.STOPPED
					&& group.serving() == 0)
			.toList();
	}

	private void tick() {
		this.tick.set(this::tick, this.interval);
		List<GroupInfo> groups = this.groups.get();
		flush();
		StringBuilder message = new StringBuilder();
		if (this.watched) {
			message.append("WATCHDOG=1\n");
		}
		boolean starts = this.phase == Phase.STARTING && (!this.started
				|| awaited(groups).stream().anyMatch((group) -> group.state() != GroupState.GIVEN_UP));
		if (starts || this.phase == Phase.RELOADING) {
			message.append(extend(EXTENSION));
		}
		if (!message.isEmpty() && this.unsent.isEmpty()) {
			send(message.toString().strip());
		}
		update(groups);
	}

	// Never shorter than what the unit says: systemd takes the later of both.
	private static String extend(Duration duration) {
		return "EXTEND_TIMEOUT_USEC=" + TimeUnit.MICROSECONDS.convert(duration);
	}

	private void send(String message) {
		if (message.startsWith("STATUS=")) {
			// The last one says it all.
			this.unsent.removeIf((waiting) -> waiting.startsWith("STATUS="));
		}
		if (this.unsent.size() < MAX_UNSENT) {
			this.unsent.add(message);
		}
		flush();
	}

	private void flush() {
		try {
			while (!this.unsent.isEmpty() && this.socket.send(Objects.requireNonNull(this.unsent.peek()))) {
				this.unsent.remove();
				this.failing = false;
			}
			if (!this.unsent.isEmpty()) {
				this.retry.set(this::flush, RETRY_EVERY);
			}
		}
		catch (IOException ex) {
			// It is tried again with the next tick.
			if (!this.failing) {
				logger.warn("systemd cannot be told how this master is (%s): %s".formatted(SOCKET, ex.getMessage()));
			}
			this.failing = true;
		}
	}

	/** Says nothing any more: the event loop has ended. */
	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			logger.warn("The socket to %s could not be closed".formatted(this.socket), ex);
		}
	}

	private enum Phase {

		STARTING, READY, RELOADING, STOPPING

	}

}
