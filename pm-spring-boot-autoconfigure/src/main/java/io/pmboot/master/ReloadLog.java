package io.pmboot.master;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.pmboot.Master;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep;
import io.pmboot.event.ReloadProgressEvent;
import org.jspecify.annotations.Nullable;

/**
 * What happened in one reload.
 */
final class ReloadLog {

	private static final int WHOLE_GROUP = -1;

	private final ReloadInfo started;

	private final Seams seams;

	private final List<ReloadStep> steps = new ArrayList<>();

	private final Map<Integer, Instant> lastOfSlot = new HashMap<>();

	private int requestsCut;

	private @Nullable ReloadInfo ended;

	ReloadLog(ReloadInfo started, Seams seams) {
		this.started = started;
		this.seams = seams;
	}

	/**
	 * Something happened to the whole group.
	 * @param kind what
	 * @param detail more of it, or {@code null}
	 */
	void step(ReloadStep.Kind kind, @Nullable String detail) {
		add(kind, null, this.started.toGeneration(), detail);
	}

	/**
	 * Something happened in a slot.
	 * @param kind what
	 * @param worker to which worker
	 * @param detail more of it, or {@code null}
	 */
	void step(ReloadStep.Kind kind, WorkerHandle worker, @Nullable String detail) {
		add(kind, worker.index(), worker.generation(), detail);
	}

	private void add(ReloadStep.Kind kind, @Nullable Integer index, int generation, @Nullable String detail) {
		Instant now = this.seams.loop().instant();
		Instant before = this.lastOfSlot.put((index != null) ? index : WHOLE_GROUP, now);
		Duration took = Duration.between((before != null) ? before : this.started.startedAt(), now);
		ReloadStep step = new ReloadStep(kind, index, generation, now, took, detail);
		this.steps.add(step);
		this.seams.events().accept(new ReloadProgressEvent(this.started, step));
	}

	void cut(int requests) {
		this.requestsCut += requests;
	}

	void end(ReloadOutcome outcome, @Nullable String cause) {
		this.ended = info(this.seams.loop().instant(), outcome, cause);
	}

	ReloadInfo started() {
		return this.started;
	}

	/**
	 * The reload at this moment.
	 * @return the reload
	 */
	ReloadInfo info() {
		return (this.ended != null) ? this.ended : info(null, null, null);
	}

	private ReloadInfo info(@Nullable Instant endedAt, @Nullable ReloadOutcome outcome, @Nullable String cause) {
		return new ReloadInfo(this.started.id(), this.started.group(), this.started.fromGeneration(),
				this.started.toGeneration(), this.started.initiator(), this.started.startedAt(), endedAt, this.steps,
				this.requestsCut, outcome, cause);
	}

	/**
	 * The last reloads of all groups. One that is under way is never forgotten.
	 */
	static final class History {

		private final Deque<ReloadLog> newestFirst = new ArrayDeque<>();

		void add(ReloadLog log) {
			this.newestFirst.addFirst(log);
			Iterator<ReloadLog> oldestFirst = this.newestFirst.descendingIterator();
			while (this.newestFirst.size() > Master.REMEMBERED_RELOADS && oldestFirst.hasNext()) {
				if (oldestFirst.next().ended != null) {
					oldestFirst.remove();
				}
			}
		}

		List<ReloadInfo> infos() {
			return this.newestFirst.stream().map(ReloadLog::info).toList();
		}

	}

}
