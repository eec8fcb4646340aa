package io.pmboot.master;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.pmboot.Initiator;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.control.Message;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.event.WorkerExitedEvent;
import org.jspecify.annotations.Nullable;

/**
 * The reloads of one group, one at a time, and the generations to which they lead. One of
 * which only predecessors drain is in nobody's way: the next may begin beside it.
 */
final class GroupReloads {

	private final Group group;

	private final String name;

	private final Standing standing;

	private final Outside outside;

	private final ReloadHistory history;

	private final Generations generations;

	private @Nullable Reload reload;

	/** Those that were in the way of an order no more, until their last worker exits. */
	private final List<Reload> draining = new ArrayList<>();

	/** Whether a signal ordered a reload that could not begin yet. */
	private boolean ordered;

	/** How many workers more signals ordered that could not be had yet. */
	private int orderedMore;

	private int rollbacks;

	GroupReloads(Group group, Standing standing, Outside outside, ReloadHistory history, Generations generations) {
		this.group = group;
		this.name = group.settings().name();
		this.standing = standing;
		this.outside = outside;
		this.history = history;
		this.generations = generations;
	}

	/**
	 * Says whether a reload can begin.
	 * @throws ReloadRefusedException where it cannot
	 */
	void check() {
		checkStanding();
		ReloadRefusedException obstacle = obstacle();
		if (obstacle != null) {
			throw obstacle;
		}
	}

	/**
	 * Says whether there is a group to reload, now or later.
	 * @throws ReloadRefusedException where there is none
	 */
	void checkStanding() {
		if (this.standing.isEnding()) {
			throw new ReloadRefusedException("Group '%s' is stopping".formatted(this.name), null);
		}
		if (this.standing.isStopped()) {
			throw new ReloadRefusedException(
					"Group '%s' cannot be reloaded: it is STOPPED (%s)".formatted(this.name, this.standing.reason()),
					null);
		}
	}

	private @Nullable ReloadRefusedException obstacle() {
		if (isInTheWay()) {
			return new ReloadRefusedException("Group '%s' is being reloaded already (%s)".formatted(this.name, id()),
					id());
		}
		List<String> draining = Stream.concat(this.draining.stream(), Stream.ofNullable(this.reload))
			.map((reload) -> reload.log().started().id())
			.toList();
		int most = this.group.settings().reload().maxDraining();
		return (draining.size() < most) ? null
				: new ReloadRefusedException(("Group '%s' cannot be reloaded yet: predecessors of %s drain still, "
						+ "and 'reload.max-draining' is %d")
					.formatted(this.name, String.join(" and ", draining), most), draining.get(0));
	}

	/**
	 * Whether a reload is under way that does more than wait for predecessors.
	 * @return whether nothing else may be done to the group
	 */
	boolean isInTheWay() {
		return this.reload != null && !this.reload.isOnlyDraining();
	}

	/** Lets a reload that is in nobody's way end by itself: its generation serves. */
	void settle() {
		Reload reload = this.reload;
		if (reload != null && reload.isOnlyDraining()) {
			this.reload = null;
			this.draining.add(reload);
			if (!reload.isGoingBack()) {
				serves(reload.log().started().toGeneration());
			}
			tidy();
		}
	}

	/**
	 * A signal orders a reload: it begins now or, where another reload is in the way,
	 * after that, once.
	 * @return why it waits, or {@code null} where it has begun
	 */
	@Nullable String order() {
		ReloadRefusedException obstacle = obstacle();
		if (obstacle == null) {
			begin(Initiator.SIGNAL);
			return null;
		}
		this.ordered = true;
		return obstacle.getMessage() + ": it is reloaded again after that";
	}

	/**
	 * Gives the group more workers or fewer, after the reload that is in the way.
	 * @param more how many more
	 */
	void orderMore(int more) {
		this.orderedMore += more;
	}

	/** Does what was ordered and may be done now. */
	void next() {
		if (this.ordered || this.orderedMore != 0) {
			this.outside.loop().execute(this::doOrdered);
		}
	}

	private void doOrdered() {
		if (isInTheWay() || !this.standing.isRunning()) {
			return;
		}
		if (this.orderedMore != 0) {
			int more = this.orderedMore;
			this.orderedMore = 0;
			this.group.operations().adjustWithinLimits(more);
		}
		if (this.ordered && obstacle() == null) {
			begin(Initiator.SIGNAL);
		}
	}

	PendingReload begin(Initiator initiator) {
		check();
		settle();
		int to = this.generations.next();
		return begin(this.name + "-" + to, to, initiator, Reload::copyAndReplace);
	}

	PendingReload rollback(Initiator initiator) {
		check();
		Integer to = previous();
		if (to == null) {
			throw new ReloadRefusedException("Group '%s' cannot be rolled back: no good generation before %d is kept"
				.formatted(this.name, this.generations.current()), null);
		}
		if (!this.generations.isCopied(to)) {
			throw new ReloadRefusedException(
					"Group '%s' cannot be rolled back: generation %d ran in place and has no copy of its own"
						.formatted(this.name, to),
					null);
		}
		settle();
		// A reload's number is never that of a rollback: the word tells them apart.
		return begin("%s-r%d".formatted(this.name, ++this.rollbacks), to, initiator, Reload::bindAndReplace);
	}

	private @Nullable Integer previous() {
		if (this.reload == null || this.reload.isGoingBack()) {
			return this.generations.previous();
		}
		ReloadInfo draining = this.reload.log().started();
		return (draining.toGeneration() > draining.fromGeneration()) ? draining.fromGeneration() : null;
	}

	private PendingReload begin(String id, int to, Initiator initiator, Consumer<Reload> beginning) {
		// What comes later has the last word.
		this.ordered = false;
		ReloadInfo started = ReloadInfo.started(id, this.name, this.generations.current(), to, initiator,
				this.outside.loop().instant());
		ReloadLog log = new ReloadLog(started, this.outside);
		Reload reload = new Reload(this.group, this.generations, this.outside, log);
		this.reload = reload;
		this.history.add(log);
		this.outside.events().accept(new ReloadStartedEvent(started));
		beginning.accept(reload);
		return new PendingReload(started, reload.finished());
	}

	/**
	 * Cancels the reload that is under way.
	 * @param id its id
	 * @return the reload, or {@code null} where another one or none is under way
	 */
	@Nullable PendingReload cancel(String id) {
		Reload reload = this.reload;
		if (this.draining.stream().anyMatch((each) -> id.equals(each.log().started().id()))) {
			throw new OperationRefusedException(
					"Reload '%s' cannot be cancelled: every slot has been replaced, and another order came since"
						.formatted(id),
					id);
		}
		if (reload == null || !id.equals(id())) {
			return null;
		}
		if (reload.isGoingBack()) {
			throw new OperationRefusedException("Reload '%s' cannot be cancelled: it goes back already".formatted(id),
					id);
		}
		ReloadInfo now = reload.log().info();
		reload.cancel();
		return new PendingReload(now, reload.finished());
	}

	/**
	 * Ends the reload that is under way at once, if there is one.
	 * @param why in words
	 */
	void abort(String why) {
		this.ordered = false;
		this.orderedMore = 0;
		settle();
		if (this.reload != null) {
			this.reload.abort(why);
		}
	}

	void finished(Reload reload, ReloadInfo info) {
		if (!this.draining.remove(reload)) {
			this.reload = null;
			if (info.outcome() == ReloadOutcome.COMPLETED) {
				serves(info.toGeneration());
			}
		}
		this.outside.events().accept(new ReloadFinishedEvent(info));
		tidy();
		next();
	}

	private void serves(int generation) {
		this.generations.completed(generation);
		this.group.endPause();
		this.group.configured();
	}

	/** Removes the copies that nobody uses any more. */
	void tidy() {
		Set<Integer> used = new HashSet<>(this.group.livingGenerations());
		if (this.reload != null) {
			used.add(this.reload.log().started().fromGeneration());
			used.add(this.reload.log().started().toGeneration());
		}
		this.generations.keep(used);
	}

	void proceed() {
		if (this.reload != null) {
			this.reload.proceed();
		}
	}

	/**
	 * Whether what happens to a worker is a reload's matter.
	 * @param worker the worker
	 * @return whether it is not counted against the group
	 */
	boolean answersFor(WorkerHandle worker) {
		return this.reload != null && this.reload.answersFor(worker);
	}

	void connected(WorkerHandle worker) {
		if (this.reload != null && worker.generation() == this.reload.log().started().toGeneration()) {
			this.reload.configuration().connected(worker);
		}
		else {
			worker.send(this.generations.welcome(worker, List.of()));
		}
	}

	void configuration(WorkerHandle worker, Message.Configuration configuration) {
		if (this.reload != null) {
			this.reload.configuration().configuration(worker, configuration);
		}
	}

	void ready(WorkerHandle worker) {
		if (this.reload != null) {
			this.reload.ready(worker);
		}
		else {
			this.group.activate(worker);
		}
	}

	void leaving(WorkerHandle worker) {
		if (this.reload != null) {
			this.reload.leaving(worker);
		}
	}

	void lost(WorkerHandle worker) {
		if (this.reload != null) {
			this.reload.lost(worker);
		}
	}

	void exited(WorkerHandle worker, WorkerExitedEvent exit) {
		boolean awaited = false;
		for (Reload reload : List.copyOf(this.draining)) {
			awaited |= reload.drained(worker);
		}
		if (this.reload != null && awaited) {
			this.reload.drained(worker);
		}
		else if (this.reload != null) {
			this.reload.exited(worker, exit);
		}
		tidy();
	}

	/**
	 * What the reload that is under way does.
	 * @return it in words, or {@code null} where there is none
	 */
	@Nullable String reason() {
		if (this.reload == null) {
			return null;
		}
		String what = this.reload.isGoingBack()
				? "reload %s goes back to generation %d".formatted(id(), this.generations.current())
				: "reload %s is under way".formatted(id());
		return this.ordered ? what + ", and another one was ordered by a signal" : what;
	}

	/**
	 * The reload that is under way.
	 * @return its id, or {@code null} where there is none
	 */
	@Nullable String id() {
		return (this.reload != null) ? this.reload.log().started().id() : null;
	}

}
