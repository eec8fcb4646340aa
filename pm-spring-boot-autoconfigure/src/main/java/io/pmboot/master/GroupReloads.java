package io.pmboot.master;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

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
 * The reloads of one group, one at a time, and the generations to which they lead.
 */
final class GroupReloads {

	private final Group group;

	private final String name;

	private final Standing standing;

	private final Outside outside;

	private final ReloadHistory history;

	private final Generations generations;

	private @Nullable Reload reload;

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
		if (this.standing.isEnding()) {
			throw new ReloadRefusedException("Group '%s' is stopping".formatted(this.name), null);
		}
		if (this.standing.isStopped()) {
			throw new ReloadRefusedException(
					"Group '%s' cannot be reloaded: it is STOPPED (%s)".formatted(this.name, this.standing.reason()),
					null);
		}
		String id = id();
		if (id != null) {
			throw new ReloadRefusedException("Group '%s' is being reloaded already (%s)".formatted(this.name, id), id);
		}
	}

	PendingReload begin(Initiator initiator) {
		check();
		int to = this.generations.next();
		return begin(this.name + "-" + to, to, initiator, Reload::copyAndReplace);
	}

	PendingReload rollback(Initiator initiator) {
		check();
		Integer to = this.generations.previous();
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
		// A reload's number is never that of a rollback: the word tells them apart.
		return begin("%s-r%d".formatted(this.name, ++this.rollbacks), to, initiator, Reload::bindAndReplace);
	}

	private PendingReload begin(String id, int to, Initiator initiator, Consumer<Reload> beginning) {
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
		if (this.reload != null) {
			this.reload.abort(why);
		}
	}

	void finished(ReloadInfo info) {
		this.reload = null;
		if (info.outcome() == ReloadOutcome.COMPLETED) {
			this.generations.completed(info.toGeneration());
			this.group.endPause();
			this.group.configured();
		}
		this.outside.events().accept(new ReloadFinishedEvent(info));
		tidy();
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
			worker.send(new Message.Activate());
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
		if (this.reload != null) {
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
		return this.reload.isGoingBack()
				? "reload %s goes back to generation %d".formatted(id(), this.generations.current())
				: "reload %s is under way".formatted(id());
	}

	/**
	 * The reload that is under way.
	 * @return its id, or {@code null} where there is none
	 */
	@Nullable String id() {
		return (this.reload != null) ? this.reload.log().started().id() : null;
	}

}
