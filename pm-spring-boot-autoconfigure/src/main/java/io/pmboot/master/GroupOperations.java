package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.pmboot.Initiator;
import io.pmboot.Master;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadRefusedException;
import io.pmboot.event.ReloadStartedEvent;
import io.pmboot.settings.GroupProperties.Reload;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of one group at run time: refused with a reason, begun, or remembered
 * until it may be done.
 */
final class GroupOperations {

	private final Group group;

	private final Generations generations;

	private final RunState run;

	private final Seams seams;

	private final ReloadLog.History history;

	/** Whether a signal ordered a reload that could not begin yet. */
	private boolean reloadOrdered;

	/** How many workers more signals ordered that could not be had yet. */
	private int moreOrdered;

	private boolean scaled;

	private int rollbacks;

	GroupOperations(Group group, Generations generations, RunState run, Seams seams, ReloadLog.History history) {
		this.group = group;
		this.generations = generations;
		this.run = run;
		this.seams = seams;
		this.history = history;
	}

	/**
	 * Says whether a reload can begin.
	 * @throws ReloadRefusedException where it cannot
	 */
	void checkReload() {
		checkReloadLater();
		ReloadRefusedException obstacle = obstacle();
		if (obstacle != null) {
			throw obstacle;
		}
	}

	/**
	 * Says whether there is a group to reload, now or later.
	 * @throws ReloadRefusedException where there is none
	 */
	void checkReloadLater() {
		if (this.run.isEnding()) {
			throw new ReloadRefusedException("Group '%s' is stopping".formatted(this.group.name()), null);
		}
		if (this.run.isStopped()) {
			throw new ReloadRefusedException(
					"Group '%s' cannot be reloaded: it is STOPPED (%s)".formatted(this.group.name(), this.run.reason()),
					null);
		}
	}

	private @Nullable ReloadRefusedException obstacle() {
		Rollout rollout = inTheWay();
		if (rollout != null) {
			return new ReloadRefusedException(
					"Group '%s' is being reloaded already (%s)".formatted(this.group.name(), rollout.id()),
					rollout.id());
		}
		List<String> draining = this.group.rollouts().stream().map(Rollout::id).toList();
		int most = this.group.settings().reload().maxDraining();
		return (draining.size() < most) ? null
				: new ReloadRefusedException(("Group '%s' cannot be reloaded yet: predecessors of %s drain still, "
						+ "and 'reload.max-draining' is %d")
					.formatted(this.group.name(), String.join(" and ", draining), most), draining.get(0));
	}

	/** The rollout that does more than wait for predecessors. */
	private @Nullable Rollout inTheWay() {
		Rollout rollout = this.group.rollout();
		return (rollout != null && !rollout.isOnlyDraining()) ? rollout : null;
	}

	/**
	 * Begins a reload.
	 * @param initiator who asks for it
	 * @param reload how it goes, as {@link #reloadSettings} has found it
	 * @return the reload
	 */
	PendingReload reload(Initiator initiator, Reload reload) {
		checkReload();
		this.group.settleRollout();
		int to = this.generations.next();
		return begin(this.group.name() + "-" + to, to, reload, initiator);
	}

	/**
	 * How a reload goes.
	 * @param options what it is to have otherwise than the group
	 * @return its settings
	 * @throws IllegalArgumentException where an option is out of range
	 */
	Reload reloadSettings(ReloadOptions options) {
		return this.group.settings().properties().reload(options);
	}

	PendingReload rollback(Initiator initiator) {
		checkReload();
		Integer to = previous();
		if (to == null) {
			throw new ReloadRefusedException("Group '%s' cannot be rolled back: no good generation before %d is kept"
				.formatted(this.group.name(), this.generations.current()), null);
		}
		if (!this.generations.isCopied(to)) {
			throw new ReloadRefusedException(
					"Group '%s' cannot be rolled back: generation %d ran in place and has no copy of its own"
						.formatted(this.group.name(), to),
					null);
		}
		this.group.settleRollout();
		// A reload's number is never that of a rollback: the word tells them apart.
		return begin("%s-r%d".formatted(this.group.name(), ++this.rollbacks), to,
				reloadSettings(ReloadOptions.NONE.withHold(false)), initiator);
	}

	private @Nullable Integer previous() {
		Rollout rollout = this.group.rollout();
		if (rollout == null || rollout.isGoingBack()) {
			return this.generations.previous();
		}
		return (rollout.to > rollout.from) ? rollout.from : null;
	}

	private PendingReload begin(String id, int to, Reload reload, Initiator initiator) {
		// What comes later has the last word.
		this.reloadOrdered = false;
		ReloadInfo started = new ReloadInfo(id, this.group.name(), this.generations.current(), to, initiator,
				this.seams.loop().instant(), null, List.of(), 0, null, null);
		ReloadLog log = new ReloadLog(started, this.seams);
		boolean copied = to < started.fromGeneration();
		Rollout rollout = new Rollout(this.group.slots(), this.generations, reload, copied, this.seams, log,
				this.group::reconcile);
		this.history.add(log);
		this.seams.events().accept(new ReloadStartedEvent(started));
		this.group.begin(rollout);
		return new PendingReload(started, rollout.finished);
	}

	/**
	 * Cancels the reload that is under way.
	 * @param id its id
	 * @return the reload, or {@code null} where another one or none is under way
	 */
	@Nullable PendingReload cancel(String id) {
		if (this.group.rollouts().stream().anyMatch((each) -> each.isSettled() && id.equals(each.id()))) {
			throw new OperationRefusedException(
					"Reload '%s' cannot be cancelled: every slot has been replaced, and another order came since"
						.formatted(id),
					id);
		}
		Rollout rollout = this.group.rollout();
		if (rollout == null || !id.equals(rollout.id())) {
			return null;
		}
		if (rollout.isGoingBack()) {
			throw new OperationRefusedException("Reload '%s' cannot be cancelled: it goes back already".formatted(id),
					id);
		}
		ReloadInfo now = rollout.log.info();
		rollout.cancel("cancelled on request");
		this.group.reconcile();
		return new PendingReload(now, rollout.finished);
	}

	/**
	 * Has a reload that holds go on.
	 * @param id its id
	 * @return the reload, or {@code null} where another one or none is under way
	 */
	@Nullable PendingReload promote(String id) {
		Rollout rollout = this.group.rollouts()
			.stream()
			.filter((each) -> id.equals(each.id()))
			.findFirst()
			.orElse(null);
		if (rollout == null) {
			return null;
		}
		rollout.promote();
		ReloadInfo now = rollout.log.info();
		this.group.reconcile();
		return new PendingReload(now, rollout.finished);
	}

	/**
	 * Ends the rollout that is under way at once, if there is one, and forgets what was
	 * ordered.
	 * @param why in words
	 */
	void abort(String why) {
		this.reloadOrdered = false;
		this.moreOrdered = 0;
		this.group.settleRollout();
		Rollout rollout = this.group.rollout();
		if (rollout != null) {
			rollout.abort(why);
		}
	}

	/**
	 * A signal orders a reload: it begins now or, where another one is in the way, after
	 * that, once.
	 * @return why it waits, or {@code null} where it has begun
	 */
	@Nullable String orderReload() {
		ReloadRefusedException obstacle = obstacle();
		if (obstacle == null) {
			reload(Initiator.SIGNAL, reloadSettings(ReloadOptions.NONE));
			return null;
		}
		this.reloadOrdered = true;
		return obstacle.getMessage() + ": it is reloaded again after that";
	}

	/**
	 * A signal orders more workers or fewer: at once, or after the rollout that is in the
	 * way.
	 * @param more how many more, or fewer where negative
	 */
	void orderMore(int more) {
		if (inTheWay() != null) {
			this.moreOrdered += more;
		}
		else {
			adjust(more);
		}
	}

	/**
	 * Does what was ordered and may be done now.
	 * @return whether anything was
	 */
	boolean doOrdered() {
		if (inTheWay() != null || !this.run.isRunning()) {
			return false;
		}
		boolean done = false;
		if (this.moreOrdered != 0) {
			int children = this.group.slots().size();
			int wanted = Math.max(Math.min(1, children), children + this.moreOrdered);
			this.moreOrdered = 0;
			scale(Math.min(Master.MAX_CHILDREN, wanted));
			done = true;
		}
		if (this.reloadOrdered && obstacle() == null) {
			reload(Initiator.SIGNAL, reloadSettings(ReloadOptions.NONE));
			done = true;
		}
		return done;
	}

	/**
	 * What a rollout does.
	 * @param rollout the rollout that is under way
	 * @return it in words
	 */
	String rolloutReason(Rollout rollout) {
		String hold = rollout.holdReason();
		String what = rollout.isGoingBack()
				? "reload %s goes back to generation %d".formatted(rollout.id(), this.generations.current())
				: (hold != null) ? hold : "reload %s is under way".formatted(rollout.id());
		return this.reloadOrdered ? what + ", and another one was ordered by a signal" : what;
	}

	/**
	 * Sets how many workers the group should have.
	 * @param children how many
	 */
	void scale(int children) {
		if (children < 0 || children > Master.MAX_CHILDREN) {
			throw new IllegalArgumentException("Group '%s' cannot have %d workers: 'children' is a number from 0 to %d"
				.formatted(this.group.name(), children, Master.MAX_CHILDREN));
		}
		check("scaled");
		this.scaled = true;
		this.group.settleRollout();
		this.group.resize(children);
		this.group.reconcile();
	}

	/** Another generation serves: it has its number of workers, unless that was set. */
	void configured() {
		if (!this.scaled) {
			this.group.resize(this.group.settings().children());
		}
	}

	/**
	 * Sets how many workers the group should have, from how many it should have now.
	 * @param more how many more, or fewer where negative; the last one stays
	 */
	void adjust(int more) {
		int present = this.group.slots().size();
		int children = present + more;
		if ((more < 0 && children < 1) || children > Master.MAX_CHILDREN) {
			throw refusal("scaled from %d to %d workers: it keeps 1, and has %d at most".formatted(present, children,
					Master.MAX_CHILDREN));
		}
		scale(children);
	}

	/**
	 * Has workers replaced one by one, successor first; at once where the group stops
	 * them first, and those that are not ready.
	 * @param index the slot, or {@code null} for all
	 */
	void restart(@Nullable Integer index) {
		List<Slot> slots = this.group.slots();
		if (index != null && (index < 0 || index >= slots.size())) {
			throw new IllegalArgumentException("Group '%s' has no worker %d: it has %d, of which the first is 0"
				.formatted(this.group.name(), index, slots.size()));
		}
		check("restarted");
		if (this.run.isStopped()) {
			throw refusal("restarted: it is STOPPED (%s); start it instead".formatted(this.run.reason()));
		}
		this.group.recycling().restart((index != null) ? List.of(slots.get(index)) : slots);
		this.group.settleRollout();
		this.group.endPause();
	}

	/** Stops the group until it is started again. */
	void stop() {
		abort("the group was stopped");
		check("stopped");
		if (this.run.stop()) {
			this.group.stopWorkers();
		}
	}

	/**
	 * Starts the group where it is stopped, and ends its pause where it has given up.
	 * @return completes when it forks, or exceptionally where it cannot
	 */
	CompletableFuture<Void> start() {
		check("started");
		if (this.run.isStarting()) {
			throw refusal("started: that is under way already");
		}
		if (!this.run.isStopped()) {
			this.group.settleRollout();
			this.group.endPause();
			return CompletableFuture.completedFuture(null);
		}
		return this.run.start();
	}

	private void check(String operation) {
		if (this.run.isEnding()) {
			throw refusal(operation + ": the master is stopping");
		}
		Rollout rollout = inTheWay();
		if (rollout != null && !rollout.hasEnded()) {
			throw new OperationRefusedException("Group '%s' cannot be %s: it is being reloaded (%s)"
				.formatted(this.group.name(), operation, rollout.id()), rollout.id());
		}
	}

	private OperationRefusedException refusal(String what) {
		return new OperationRefusedException("Group '%s' cannot be %s".formatted(this.group.name(), what), null);
	}

}
