package io.pmboot.master;

import java.util.Random;
import java.util.stream.LongStream;

import io.pmboot.RestartReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random scenarios on virtual time, the promises checked after every step. A failure
 * names its seed; {@code -Dpm.simulation.seed=…} runs that one alone.
 */
class SimulationTests {

	private static final int SCENARIOS = Boolean.getBoolean("pm.full") ? 30_000 : 2_000;

	@Test
	void promisesHoldInRandomScenarios() {
		Long seed = Long.getLong("pm.simulation.seed");
		if (seed != null) {
			run(LongStream.of(seed));
			return;
		}
		run(new Random().longs(SCENARIOS / 2, SCENARIOS, Long.MAX_VALUE));
		// Of the same scenarios each time, so that chance does not decide it.
		assertThatMuchHappens(run(LongStream.range(0, SCENARIOS / 2)), SCENARIOS / 2);
	}

	private static Simulation.Tally run(LongStream seeds) {
		Simulation.Tally tally = new Simulation.Tally();
		seeds.parallel().forEach((each) -> {
			try {
				new Simulation(each, tally).run();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("Seed " + each + ": " + ex.getMessage(), ex);
			}
		});
		return tally;
	}

	// A simulation in which nothing happens would prove nothing.
	private static void assertThatMuchHappens(Simulation.Tally tally, int scenarios) {
		assertThat(tally.reloadsCompleted.sum()).isGreaterThan(scenarios / 10);
		assertThat(tally.reloadsFailed.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.reloadsRolledBack.sum()).isGreaterThan(scenarios / 200);
		assertThat(tally.rollbacks.sum()).isGreaterThan(scenarios / 200);
		assertThat(tally.reloadsCancelled.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.giveups.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.kills.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.turns.sum()).isGreaterThan(scenarios / 2);
		assertThat(tally.turnsOfTheDead.sum()).isGreaterThan(scenarios / 10);
		assertThat(tally.settled.sum()).isGreaterThan(scenarios / 10);
		assertThat(tally.scaled.sum()).isGreaterThan(scenarios / 10);
		assertThat(tally.restarted.sum()).isGreaterThan(scenarios / 10);
		for (RestartReason reason : RestartReason.values()) {
			assertThat(tally.restarts.get(reason).sum()).as(reason.name()).isGreaterThan(scenarios / 50);
		}
		assertThat(tally.restartsFailed.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.started.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.notStarted.sum()).isGreaterThan(scenarios / 200);
		assertThat(tally.hangs.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.unfit.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.handled.sum()).isGreaterThan(scenarios);
		assertThat(tally.failed.sum()).isGreaterThan(scenarios / 10);
		assertThat(tally.refused.sum()).isGreaterThan(scenarios);
		assertThat(tally.reconfigured.sum()).isGreaterThan(scenarios / 20);
		assertThat(tally.configurationsRefused.sum()).isGreaterThan(scenarios / 100);
		assertThat(tally.gone.sum()).isGreaterThan(scenarios / 20);
		assertThat(tally.judged.sum()).isGreaterThan(scenarios / 200);
		assertThat(tally.held.sum()).isGreaterThan(scenarios / 50);
		assertThat(tally.promoted.sum()).isGreaterThan(scenarios / 400);
	}

}
