package io.pmboot.master;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.pmboot.Answers;
import io.pmboot.control.Frame;
import io.pmboot.loop.EventLoop;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.Increase;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the workers of a new generation answer with what the others answer at the
 * same time or, where that is little, answered in the minute before. It begins anew with
 * each batch, and each minute: what failed in one of these spans was a thing of that
 * time, such as a database that was away, if it failed for the others too. So it judges
 * each worker and all of them together in the present span, and all together since the
 * first was activated.
 */
final class Judge {

	/** How often workers tell what they have answered while they are compared. */
	static final Duration INTERVAL = Duration.ofMillis(250);

	/** Fewer answers say nothing. */
	static final int LEAST = 20;

	/** With so many of the others, what these answered before does not count. */
	private static final int ENOUGH = 100;

	/**
	 * A difference is taken for one only where chance makes it this rarely. It is looked
	 * at some hundred times in a reload, and a reload of a version that is as good as the
	 * one before is not to go back once in thousands.
	 */
	private static final double CHANCE = 5e-7;

	private final EventLoop loop;

	private final Reload reload;

	private final int to;

	private final RecentAnswers recent;

	/** Those that were told to tell often. */
	private final Set<WorkerHandle> observed = new HashSet<>();

	/** All since the first of the new generation was activated. */
	private Answers newer = Answers.NONE;

	private Answers others = Answers.NONE;

	/** What those before have answered in a minute in which they answered enough. */
	private Answers before;

	private @Nullable Span span;

	/** In the spans that are over, where there was something to compare with. */
	private Answers comparedNewer = Answers.NONE;

	private Answers comparedOthers = Answers.NONE;

	/** How many of the former would have failed if they had been the latter. */
	private double expected;

	private @Nullable Long suspectedAt;

	Judge(EventLoop loop, Reload reload, int to, RecentAnswers recent) {
		this.loop = loop;
		this.reload = reload;
		this.to = to;
		this.recent = recent;
		this.before = recent.sum();
	}

	/** The next workers of the new generation are about to be activated. */
	void begin() {
		close();
		Answers lately = this.recent.sum();
		// Where those before drain first, nobody may have answered lately.
		this.before = (lately.total() >= LEAST) ? lately : this.before;
		this.span = new Span(this.before, this.loop.nanoTime());
	}

	/** Nothing is judged any more. */
	void end() {
		close();
	}

	private void close() {
		if (this.span != null) {
			Answers others = this.span.compared();
			if (others.total() >= LEAST) {
				this.comparedNewer = this.comparedNewer.plus(this.span.newer);
				this.comparedOthers = this.comparedOthers.plus(others);
				this.expected += this.span.newer.total() * others.failedPercent() / 100;
			}
		}
		this.span = null;
		this.suspectedAt = null;
	}

	/**
	 * Has those that are compared tell often what they answer, and those that were as
	 * usual once nothing is judged any more.
	 * @param slots has these workers
	 */
	void observe(List<Slot> slots) {
		boolean judges = this.span != null && (!this.reload.maxErrorIncrease().isOff()
				|| !this.reload.maxLatencyIncrease().isOff() || this.reload.canary() != null);
		for (Slot slot : slots) {
			observe(slot.holder(), judges);
			observe(slot.successor(), judges);
			observe(slot.predecessor(), judges);
		}
	}

	private void observe(@Nullable WorkerHandle worker, boolean often) {
		if (worker != null && worker.isActive() && (often ? this.observed.add(worker) : this.observed.remove(worker))) {
			worker.send(new Frame.Observe(often ? INTERVAL : Duration.ZERO));
		}
	}

	/**
	 * A worker has answered.
	 * @param worker names it
	 * @param generation its generation
	 * @param answers what, since it last told
	 * @return in which way the new generation is worse, or {@code null} where that is not
	 * known
	 */
	@Nullable String answered(String worker, int generation, Answers answers) {
		if (generation != this.to) {
			this.recent.add(answers);
		}
		Span span = this.span;
		if (span == null) {
			return null;
		}
		if (generation == this.to) {
			this.newer = this.newer.plus(answers);
			span.newer = span.newer.plus(answers);
			span.workers.merge(worker, answers, Answers::plus);
		}
		else {
			this.others = this.others.plus(answers);
			span.others = span.others.plus(answers);
		}
		long now = this.loop.nanoTime();
		String failing = failing(span);
		// Of what befalls all of them at once, some tell sooner than others.
		if (failing == null) {
			this.suspectedAt = null;
		}
		else if (this.suspectedAt == null) {
			this.suspectedAt = now;
		}
		else if (now - this.suspectedAt >= INTERVAL.toNanos()) {
			return failing;
		}
		if (now - span.since >= RecentAnswers.WINDOW.toNanos()) {
			String slow = slow(span);
			begin();
			return slow;
		}
		return null;
	}

	/**
	 * The present workers have been observed for as long as they were to be.
	 * @return in which way the new generation is worse, or {@code null} where that is not
	 * known
	 */
	@Nullable String observed() {
		Span span = this.span;
		if (span == null) {
			return null;
		}
		String failing = failing(span);
		return (failing != null) ? failing : slow(span);
	}

	/**
	 * Whether it looks as if the new generation failed, and that may befall the others as
	 * well, who have not told yet.
	 * @return whether to look again
	 */
	boolean isSuspicious() {
		if (this.span == null || failing(this.span) == null) {
			return false;
		}
		long now = this.loop.nanoTime();
		this.suspectedAt = (this.suspectedAt != null) ? this.suspectedAt : now;
		return now - this.suspectedAt < INTERVAL.multipliedBy(2).toNanos();
	}

	private @Nullable String failing(Span span) {
		Answers others = span.compared();
		for (Map.Entry<String, Answers> worker : span.workers.entrySet()) {
			String failing = failing(worker.getKey(), worker.getValue(), others);
			if (failing != null) {
				return failing;
			}
		}
		String all = "generation " + this.to;
		String failing = failing(all, span.newer, others);
		if (failing != null || others.total() < LEAST) {
			return failing;
		}
		Answers newer = this.comparedNewer.plus(span.newer);
		long total = this.comparedOthers.total() + others.total();
		double expected = this.expected + span.newer.total() * others.failedPercent() / 100;
		long failed = (newer.total() > 0) ? Math.round(total * expected / newer.total()) : 0;
		return failing(all, newer, new Answers(total, failed, List.of()));
	}

	private @Nullable String failing(String who, Answers newer, Answers others) {
		Increase allowed = this.reload.maxErrorIncrease();
		if (allowed.isOff() || newer.total() < LEAST
				|| newer.failedPercent() - others.failedPercent() <= allowed.most()) {
			return null;
		}
		boolean sure = newer.failed() == newer.total()
				|| chance(newer.failed(), newer.total(), others.failed(), others.total()) < CHANCE;
		return sure
				? "%s answers worse: %s failed, and of the others' %s: more by over %d points (reload.max-error-increase)"
					.formatted(who, failures(newer), failures(others), allowed.most())
				: null;
	}

	private static String failures(Answers answers) {
		return String.format(Locale.ROOT, "%d of %d answers (%.1f %%)", answers.failed(), answers.total(),
				answers.failedPercent());
	}

	private @Nullable String slow(Span span) {
		Increase allowed = this.reload.maxLatencyIncrease();
		Answers others = span.compared();
		Duration usual = others.latency(95);
		Duration latency = span.newer.latency(95);
		if (allowed.isOff() || usual == null || latency == null || span.newer.total() < ENOUGH
				|| others.total() < ENOUGH) {
			return null;
		}
		Duration limit = usual.multipliedBy(100L + allowed.most()).dividedBy(100);
		boolean slower = latency.compareTo(limit) > 0 && chance(span.newer.slowerThan(limit), span.newer.total(),
				others.slowerThan(limit), others.total()) < CHANCE;
		return slower
				? "generation %d answers slower: its 95th percentile is %s of %d answers, and the others' %s of %d: more by over %d %% (reload.max-latency-increase)"
					.formatted(this.to, Text.of(latency), span.newer.total(), Text.of(usual), others.total(),
							allowed.most())
				: null;
	}

	/**
	 * How probable it is that of two sorts of answers that fail equally often this many
	 * or more of the one fail, by chance (Fisher's exact test).
	 * @param failed how many of the one failed
	 * @param total of how many
	 * @param otherFailed how many of the other
	 * @param otherTotal of how many; 0 says nothing
	 * @return the probability
	 */
	static double chance(long failed, long total, long otherFailed, long otherTotal) {
		double failures = failed + otherFailed;
		double all = total + otherTotal;
		double each = Math.exp(logFactorial(failures) + logFactorial(all - failures) + logFactorial(total)
				+ logFactorial(otherTotal) - logFactorial(failed) - logFactorial(otherFailed)
				- logFactorial(total - failed) - logFactorial(otherTotal - otherFailed) - logFactorial(all));
		double sum = 0;
		for (long more = failed; each > sum * 1e-9; more++) {
			sum += each;
			each *= (failures - more) * (total - more) / ((more + 1.0) * (otherTotal - failures + more + 1.0));
		}
		return Math.min(1, sum);
	}

	// Stirling's series.
	private static double logFactorial(double n) {
		return (n < 2) ? 0
				: (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * n) - 1 / (360 * n * n * n);
	}

	/** What the new generation has answered since the first of it was activated. */
	Answers newer() {
		return this.newer;
	}

	/** What the others have answered since then. */
	Answers others() {
		return this.others;
	}

	/**
	 * A part of the time for which the new generation is observed.
	 */
	private static final class Span {

		/** What the others answered in the minute before. */
		private final Answers before;

		private final long since;

		private Answers others = Answers.NONE;

		private Answers newer = Answers.NONE;

		private final Map<String, Answers> workers = new LinkedHashMap<>();

		Span(Answers before, long since) {
			this.before = before;
			this.since = since;
		}

		/** What the new generation's answers are compared with. */
		Answers compared() {
			return (this.others.total() >= ENOUGH) ? this.others : this.others.plus(this.before);
		}

	}

}
