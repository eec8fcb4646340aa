package io.pmboot.master;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.pmboot.Answers;
import io.pmboot.DrainReason;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadOptions;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.process.ProcessLauncher;
import io.pmboot.process.WorkerLaunch;
import io.pmboot.process.WorkerProcess;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.MessageSettings;
import io.pmboot.settings.Surge;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * All three seams of the master, faked: virtual time, processes that follow scripts, and
 * their control streams.
 */
final class FakeWorld implements ProcessLauncher {

	final List<Object> events = new ArrayList<>();

	final List<FakeWorker> workers = new ArrayList<>();

	final List<Launch> launches = new ArrayList<>();

	final FakeTurns turns = new FakeTurns(this);

	final FakeCopies copies = new FakeCopies(this);

	static final Reload RELOAD = TestGroup.reload(Surge.of("1"), Duration.ZERO, Duration.ofSeconds(75), Duration.ZERO,
			false, Order.START_FIRST, 2);

	final Random random = new Random(1);

	/** Whether each heartbeat of a worker tells of one more megabyte. */
	boolean leaking;

	private final VirtualEventLoop loop = new VirtualEventLoop();

	private final FakeListeners listeners;

	private final FakeConfigurations configurations;

	private final Supervisor supervisor;

	private Function<WorkerLaunch, FakeWorker.@Nullable Script> scripts = (launch) -> FakeWorker.Script.good();

	private final Map<String, Order> orders;

	private Function<WorkerLaunch, Answers> answers = (launch) -> Answers.NONE;

	private Duration forkTakes = Duration.ofMillis(5);

	private long nextPid = 100;

	private boolean idle;

	private @Nullable SimulatedMail mail;

	private Consumer<Object> publisher = this.events::add;

	FakeWorld(GroupSettings... settings) {
		this.listeners = new FakeListeners(this, settings);
		this.configurations = new FakeConfigurations(this, settings);
		this.orders = Stream.of(settings)
			.collect(Collectors.toMap(GroupSettings::name, (group) -> group.reload().order()));
		this.supervisor = new Supervisor(List.of(settings),
				new Seams(this.loop, this, this.copies, this::publish, this.listeners, this.configurations,
						this.random),
				new MessageSettings(DataSize.ofBytes(1000), 10),
				Stream.of(settings).map(GroupSettings::name).collect(Collectors.toSet()));
	}

	private void publish(Object event) {
		this.publisher.accept(event);
	}

	/**
	 * Has somebody hear of events before they are published.
	 * @param before makes what publishes them of what does so already
	 */
	void hears(UnaryOperator<Consumer<Object>> before) {
		this.publisher = before.apply(this.publisher);
	}

	static GroupSettings settings(String name, int children) {
		return TestGroup.named(name).children(children).settings();
	}

	static GroupSettings listening(GroupSettings settings) {
		return TestGroup.like(settings).listen("8080").settings();
	}

	static GroupSettings reloading(GroupSettings settings, Reload reload) {
		return TestGroup.like(settings).reload(reload).settings();
	}

	static GroupSettings serial(GroupSettings settings) {
		return TestGroup.like(settings).serialStart(true).settings();
	}

	void script(Function<WorkerLaunch, FakeWorker.@Nullable Script> scripts) {
		this.scripts = scripts;
	}

	/**
	 * From now on workers answer requests.
	 * @param answers what a worker answers from one time that it tells of it to the next
	 */
	void answers(Function<WorkerLaunch, Answers> answers) {
		this.answers = answers;
	}

	Answers answers(WorkerLaunch launch) {
		return this.answers.apply(launch);
	}

	void forkTakes(Duration forkTakes) {
		this.forkTakes = forkTakes;
	}

	@Override
	public CompletionStage<WorkerProcess> launch(WorkerLaunch launch) {
		this.launches.add(new Launch(launch, this.loop.nanoTime()));
		check(this.supervisor.info(launch.group()).state() != GroupState.STOPPED, "a stopped group forks nothing",
				launch);
		check(this.listeners.open(launch.group()), "forks only when its listeners are bound", launch);
		check(this.copies.of(launch.group()).contains(launch.generation()), "forks only from a copy that is kept",
				launch);
		CompletableFuture<WorkerProcess> launched = new CompletableFuture<>();
		FakeWorker.Script script = this.scripts.apply(launch);
		boolean spare = isSpare(launch);
		this.loop.at(this.forkTakes, () -> {
			if (script == null) {
				launched.completeExceptionally(new IOException("no memory"));
				return;
			}
			FakeWorker worker = new FakeWorker(this, this.nextPid++, launch, script);
			worker.spare = spare;
			this.workers.add(worker);
			worker.begin();
			launched.complete(worker);
		});
		return launched;
	}

	/** Nothing would be missing without it. */
	private boolean isSpare(WorkerLaunch launch) {
		GroupInfo group = this.supervisor.info(launch.group());
		return group.state() != GroupState.RELOADING && group.workers()
			.stream()
			.anyMatch((info) -> info.index() == launch.index() && info.state() == WorkerState.READY
					&& !worker(info.pid()).isUnfit());
	}

	void mail(SimulatedMail mail) {
		this.mail = mail;
	}

	void mailed(FakeWorker worker, Frame frame) {
		if (this.mail != null) {
			this.mail.received(worker, frame);
		}
	}

	void drainOrdered(FakeWorker worker, Frame.Drain drain) {
		GroupInfo group = this.supervisor.info(worker.launch.group());
		Order order = this.orders.get(group.name());
		if (drain.reason() == DrainReason.REPLACED && order == Order.STOP_FIRST && !worker.isUnfit()) {
			long others = group.workers()
				.stream()
				.filter((info) -> info.index() != worker.launch.index() && info.state() == WorkerState.READY)
				.map(WorkerInfo::index)
				.distinct()
				.count();
			check(others >= group.children() - 1, "is recycled without a successor only where all others are ready",
					worker);
		}
		else if (drain.reason() == DrainReason.REPLACED
				|| drain.reason() == DrainReason.RELOAD && order == Order.START_FIRST) {
			boolean other = group.workers()
				.stream()
				.anyMatch((info) -> info.index() == worker.launch.index() && info.pid() != worker.pid()
						&& info.state() == WorkerState.READY && worker(info.pid()).wasActivated());
			check(other, "drained for a successor only where that serves in its slot", worker);
		}
		if (drain.reason() == DrainReason.RESTART) {
			check(order == Order.STOP_FIRST || !worker.wasActivated() || worker.isUnfit(),
					"is restarted without a successor only where it serves nobody", worker);
		}
		if (drain.reason() == DrainReason.HANDOVER) {
			boolean other = group.workers()
				.stream()
				.anyMatch((info) -> info.index() == worker.launch.index() && info.pid() != worker.pid()
						&& info.state() == WorkerState.READY && !worker(info.pid()).wasActivated());
			check(other, "hands over only to one that is ready", worker);
		}
		if (drain.reason() == DrainReason.STOP && group.state() == GroupState.RELOADING) {
			check(!worker.wasActivated(), "stopped by a reload only where it never served", worker);
		}
		if (drain.reason() == DrainReason.SCALED_DOWN) {
			check(worker.launch.index() >= group.children(), "scaled down only where there are too many", worker);
		}
	}

	void check(boolean holds, String promise, Object of) {
		if (!holds) {
			throw new AssertionError("%s: %s, at %s".formatted(of, promise, this.loop.instant()));
		}
	}

	/** What was due concerns a process that is dead. */
	void nothingHappened() {
		this.idle = true;
	}

	/**
	 * Runs what is due next.
	 * @return whether it may have changed anything
	 */
	boolean step() {
		this.idle = false;
		return this.loop.step() && !this.idle;
	}

	private FakeWorker worker(long pid) {
		return this.workers.stream().filter((worker) -> worker.pid() == pid).findFirst().orElseThrow();
	}

	List<FakeWorker> alive() {
		return this.workers.stream().filter(FakeWorker::alive).toList();
	}

	FakeWorker serving(String group, int index) {
		return this.workers.stream()
			.filter((worker) -> worker.serving() && worker.launch.group().equals(group)
					&& worker.launch.index() == index)
			.findFirst()
			.orElseThrow();
	}

	PendingReload reload(String group) {
		return reload(group, ReloadOptions.NONE);
	}

	PendingReload reload(String group, ReloadOptions options) {
		return this.supervisor.reload(List.of(group), Initiator.CODE, options).get(0);
	}

	<T> List<T> events(Class<T> type) {
		return this.events.stream().filter(type::isInstance).map(type::cast).toList();
	}

	GroupInfo info(String group) {
		return this.supervisor.info(group);
	}

	WorkerInfo info(FakeWorker worker) {
		return info(worker.launch.group()).workers()
			.stream()
			.filter((info) -> info.pid() == worker.pid())
			.findFirst()
			.orElseThrow();
	}

	VirtualEventLoop loop() {
		return this.loop;
	}

	FakeConfigurations configurations() {
		return this.configurations;
	}

	FakeListeners listeners() {
		return this.listeners;
	}

	Supervisor supervisor() {
		return this.supervisor;
	}

	/**
	 * An order to fork.
	 *
	 * @param of what
	 * @param at when
	 */
	record Launch(WorkerLaunch of, long at) {
	}

}
