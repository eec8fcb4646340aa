package io.pmboot.master;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.pmboot.Answers;
import io.pmboot.GroupInfo;
import io.pmboot.OperationRefusedException;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.RolloutInfo;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.process.WorkerLaunch;

/**
 * Clients of workers, of which some versions fail at random, and somebody who has reloads
 * hold and promotes them.
 */
final class SimulatedAnswers {

	private static final String VERDICT = "answers worse";

	private final Random random;

	private final FakeWorld world;

	/** Of 100 answers of a generation so many fail. */
	private final Map<String, Integer> failing = new HashMap<>();

	private int held;

	private int promoted;

	SimulatedAnswers(Random random, FakeWorld world) {
		this.random = random;
		this.world = world;
		world.answers(this::answers);
	}

	private Answers answers(WorkerLaunch launch) {
		long total = this.random.nextInt(60);
		return new Answers(total, total * failing(launch.group(), launch.generation()) / 100, List.of(total));
	}

	private int failing(String group, int generation) {
		return this.failing.computeIfAbsent(group + generation,
				(version) -> (generation > 1 && this.random.nextInt(8) == 0) ? 30 + this.random.nextInt(71) : 0);
	}

	ReloadOptions options() {
		ReloadOptions options = (this.random.nextInt(4) == 0) ? ReloadOptions.NONE.withHold(this.random.nextBoolean())
				: ReloadOptions.NONE;
		if (this.random.nextInt(4) == 0) {
			options = options.withObserve(Duration.ofSeconds(this.random.nextInt(10)));
		}
		return (this.random.nextInt(6) == 0 && options.hold() == null) ? options.withCanary("50%") : options;
	}

	boolean isHolding() {
		return this.world.supervisor()
			.infos()
			.stream()
			.map(GroupInfo::rollout)
			.anyMatch((rollout) -> rollout != null && rollout.holding());
	}

	void promote() {
		this.world.supervisor().infos().forEach(this::promote);
	}

	private void promote(GroupInfo group) {
		RolloutInfo rollout = group.rollout();
		if (rollout == null) {
			return;
		}
		try {
			this.world.supervisor().promote(rollout.id());
			this.world.check(rollout.holding(), "promotes only what holds", rollout);
			this.promoted++;
		}
		catch (OperationRefusedException ex) {
			this.world.check(!rollout.holding(), "a reload that holds can be promoted", ex);
			this.world.check(this.world.info(group.name()).equals(group), "a refusal changes nothing", group);
		}
	}

	void check() {
		for (GroupInfo group : this.world.supervisor().infos()) {
			this.held += (group.rollout() != null && group.rollout().holding()) ? 1 : 0;
		}
	}

	void checkEnd() {
		for (ReloadFinishedEvent finished : this.world.events(ReloadFinishedEvent.class)) {
			ReloadInfo reload = finished.reload();
			this.world.check(!isJudged(reload) || failing(reload.group(), reload.toGeneration()) > 0,
					"is taken back by its answers only where these fail", reload);
		}
	}

	private static boolean isJudged(ReloadInfo reload) {
		return reload.cause() != null && reload.cause().contains(VERDICT);
	}

	void count(Simulation.Tally tally) {
		tally.judged.add(this.world.events(ReloadFinishedEvent.class)
			.stream()
			.filter((finished) -> isJudged(finished.reload()))
			.count());
		tally.held.add(Math.min(1, this.held));
		tally.promoted.add(this.promoted);
	}

}
