package io.pmboot.actuate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Finding;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import io.pmboot.UnknownGroupException;
import io.pmboot.UnknownReloadException;
import io.pmboot.UnknownWorkerException;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerLog;
import io.pmboot.WorkerState;
import io.pmboot.master.InitiatedMaster;
import io.pmboot.master.WorkerActuator;
import org.jspecify.annotations.Nullable;

/**
 * A master without processes: two groups, {@code web} and {@code jobs}, and reloads that
 * end when a test says so.
 */
class FakeMaster implements InitiatedMaster {

	static final Instant SINCE = Instant.parse("2026-07-01T10:15:30.5Z");

	private static final List<GroupInfo> GROUPS = List.of(
			new GroupInfo("web", GroupState.RUNNING, null, 1, false, 2, List.of("0.0.0.0:8080"),
					List.of(worker("web", 0, 4711, WorkerState.READY, null),
							worker("web", 1, 4712, WorkerState.STARTING, "forked after exit code 1")),
					null),
			new GroupInfo("jobs", GroupState.RUNNING, null, 1, false, 0, List.of(), List.of(), null));

	private final BlockingQueue<PendingReload> reloads = new LinkedBlockingQueue<>();

	private final List<ReloadInfo> begun = new ArrayList<>();

	private volatile @Nullable Instant outputBlockedSince;

	private volatile List<GroupInfo> groups = GROUPS;

	private volatile List<WorkerActuator> actuators = List.of();

	private final BlockingQueue<String> operations = new LinkedBlockingQueue<>();

	private volatile @Nullable RuntimeException refusal;

	private volatile CompletableFuture<Void> startable = CompletableFuture.completedFuture(null);

	private volatile ReloadOptions options = ReloadOptions.NONE;

	private int ids;

	static WorkerInfo worker(String group, int index, long pid, WorkerState state, @Nullable String reason) {
		return new WorkerInfo(group, index, 1, false, pid, state, false, SINCE, reason, null);
	}

	synchronized void reset() {
		this.outputBlockedSince = null;
		this.groups = GROUPS;
		this.actuators = List.of();
		this.refusal = null;
		this.ids = 0;
		this.begun.clear();
		this.reloads.clear();
		this.operations.clear();
		this.startable = CompletableFuture.completedFuture(null);
	}

	void outputBlockedSince(@Nullable Instant since) {
		this.outputBlockedSince = since;
	}

	@Override
	public @Nullable Instant outputBlockedSince() {
		return this.outputBlockedSince;
	}

	void groups(GroupInfo... groups) {
		this.groups = List.of(groups);
	}

	void refuse(RuntimeException refusal) {
		this.refusal = refusal;
	}

	/**
	 * Lets every start wait.
	 * @param startable completes when a start is to complete, the same way
	 */
	void startsWith(CompletableFuture<Void> startable) {
		this.startable = startable;
	}

	/**
	 * What was done other than reload.
	 * @return each in words
	 */
	List<String> operations() {
		return List.copyOf(this.operations);
	}

	/**
	 * The next of them.
	 * @return it in words
	 */
	String awaitOperation() throws InterruptedException {
		String operation = this.operations.poll(30, TimeUnit.SECONDS);
		if (operation == null) {
			throw new AssertionError("Nothing was asked for");
		}
		return operation;
	}

	/**
	 * The next reload that somebody asked for.
	 * @return the reload
	 */
	PendingReload awaitReload() throws InterruptedException {
		PendingReload reload = this.reloads.poll(30, TimeUnit.SECONDS);
		if (reload == null) {
			throw new AssertionError("No reload was asked for");
		}
		return reload;
	}

	/**
	 * The groups whose reload was asked for and not yet awaited.
	 * @return their names
	 */
	List<String> asked() {
		return this.reloads.stream().map((reload) -> reload.started().group()).toList();
	}

	/**
	 * From now on a reload is listed like this.
	 * @param reload the reload, which was asked for
	 */
	synchronized void remember(ReloadInfo reload) {
		this.begun.replaceAll((each) -> each.id().equals(reload.id()) ? reload : each);
	}

	static void finish(PendingReload reload, ReloadOutcome outcome, @Nullable String cause) {
		reload.finished().complete(ended(reload.started(), outcome, cause, SINCE));
	}

	static ReloadInfo started(String id, String group, int fromGeneration, int toGeneration, Initiator initiator) {
		return new ReloadInfo(id, group, fromGeneration, toGeneration, initiator, SINCE, null, List.of(), 0, null,
				null);
	}

	static ReloadInfo ended(ReloadInfo reload, ReloadOutcome outcome, @Nullable String cause, Instant at) {
		return new ReloadInfo(reload.id(), reload.group(), reload.fromGeneration(), reload.toGeneration(),
				reload.initiator(), reload.startedAt(), at, reload.steps(), reload.requestsCut(), outcome, cause);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, Object payload) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletableFuture<Delivery> send(String group, int index, Object payload) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long pid() {
		return 4710;
	}

	@Override
	public List<GroupInfo> groups() {
		return this.groups;
	}

	@Override
	public GroupInfo group(String name) {
		return this.groups.stream()
			.filter((group) -> group.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new UnknownGroupException(name, this.groups.stream().map(GroupInfo::name).toList()));
	}

	@Override
	public List<Finding> findings() {
		return List.of(new Finding("open-files", null, "few"), new Finding("quartz", "web", "many"));
	}

	@Override
	public WorkerLog log(String name, int index, @Nullable Integer generation) {
		return group(name).workers()
			.stream()
			.filter((worker) -> worker.index() == index && (generation == null || generation == worker.generation()))
			.findFirst()
			.map((worker) -> new WorkerLog(worker, 1001,
					IntStream.rangeClosed(1001, 2000).mapToObj((number) -> "line " + number).toList()))
			.orElseThrow(() -> new UnknownWorkerException(name, index, generation));
	}

	@Override
	public synchronized List<ReloadInfo> reloads() {
		List<ReloadInfo> newestFirst = new ArrayList<>(this.begun);
		Collections.reverse(newestFirst);
		return newestFirst;
	}

	@Override
	public List<PendingReload> reload(Initiator initiator, ReloadOptions options) {
		List<PendingReload> begun = new ArrayList<>();
		this.groups.forEach((group) -> begun.add(reload(group.name(), initiator, options)));
		return begun;
	}

	@Override
	public PendingReload reload(String name, Initiator initiator, ReloadOptions options) {
		this.options = options;
		return begin("reload-", name, 1, initiator);
	}

	/**
	 * How the last reload was asked for.
	 * @return its options
	 */
	ReloadOptions options() {
		return this.options;
	}

	@Override
	public PendingReload rollback(String name, Initiator initiator) {
		return begin("rollback-", name, -1, initiator);
	}

	private synchronized PendingReload begin(String word, String name, int generations, Initiator initiator) {
		GroupInfo group = group(name);
		RuntimeException refusal = this.refusal;
		if (refusal != null) {
			throw refusal;
		}
		ReloadInfo started = started(word + (++this.ids), name, group.generation(), group.generation() + generations,
				initiator);
		PendingReload reload = new PendingReload(started, new CompletableFuture<>());
		this.begun.add(started);
		this.reloads.add(reload);
		return reload;
	}

	@Override
	public PendingReload promote(String id) {
		return known("promote", id);
	}

	@Override
	public PendingReload cancel(String id) {
		return known("cancel", id);
	}

	private synchronized PendingReload known(String what, String id) {
		RuntimeException refusal = this.refusal;
		if (refusal != null) {
			throw refusal;
		}
		ReloadInfo started = this.begun.stream()
			.filter((reload) -> reload.id().equals(id))
			.findFirst()
			.orElseThrow(() -> new UnknownReloadException(id));
		this.operations.add(what + " " + id);
		return new PendingReload(started, new CompletableFuture<>());
	}

	void actuators(WorkerActuator... actuators) {
		this.actuators = List.of(actuators);
	}

	@Override
	public List<WorkerActuator> actuators(String group) {
		return this.actuators.stream().filter((each) -> each.worker().group().equals(group(group).name())).toList();
	}

	@Override
	public Integer waiting(String group, String address) {
		return 3;
	}

	@Override
	public long messages(DeliveryOutcome outcome) {
		return outcome.ordinal();
	}

	@Override
	public long outputLost() {
		return 7;
	}

	@Override
	public Duration eventLoopLag() {
		return Duration.ofMillis(5);
	}

	@Override
	public GroupInfo scale(String name, int children) {
		return operate("scale %s %d".formatted(name, children), name);
	}

	@Override
	public GroupInfo restart(String name) {
		return operate("restart " + name, name);
	}

	@Override
	public GroupInfo restart(String name, int index) {
		return operate("restart %s %d".formatted(name, index), name);
	}

	@Override
	public GroupInfo stop(String name) {
		return operate("stop " + name, name);
	}

	@Override
	public CompletableFuture<GroupInfo> start(String name) {
		return CompletableFuture.completedFuture(operate("start " + name, name))
			.thenCombine(this.startable, (group, done) -> group);
	}

	private synchronized GroupInfo operate(String what, String name) {
		GroupInfo group = group(name);
		RuntimeException refusal = this.refusal;
		if (refusal != null) {
			throw refusal;
		}
		this.operations.add(what);
		return group;
	}

}
