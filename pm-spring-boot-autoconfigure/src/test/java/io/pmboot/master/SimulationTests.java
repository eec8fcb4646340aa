package io.pmboot.master;

import java.util.Random;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random scenarios on virtual time, the promises checked after every step. A failure
 * names its seed; {@code -Dpm.simulation.seed=…} runs that one alone.
 */
class SimulationTests {

	private static final int SCENARIOS = Boolean.getBoolean("pm.full") ? 30_000 : 3_000;

	@Test
	void promisesHoldInRandomScenarios() {
		Long seed = Long.getLong("pm.simulation.seed");
		LongStream seeds = (seed != null) ? LongStream.of(seed) : LongStream.concat(LongStream.range(0, SCENARIOS / 2),
				new Random().longs(SCENARIOS / 2, SCENARIOS, Long.MAX_VALUE));
		Simulation.Tally tally = new Simulation.Tally();
		seeds.parallel().forEach((each) -> {
			try {
				new Simulation(each, tally).run();
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("Seed " + each + ": " + ex.getMessage(), ex);
			}
		});
		if (seed == null) {
			// A simulation in which nothing happens would prove nothing.
			assertThat(tally.reloadsCompleted.sum()).isGreaterThan(SCENARIOS / 10);
			assertThat(tally.reloadsFailed.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.reloadsRolledBack.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.rollbacks.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.reloadsCancelled.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.giveups.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.kills.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.turns.sum()).isGreaterThan(SCENARIOS / 2);
			assertThat(tally.turnsOfTheDead.sum()).isGreaterThan(SCENARIOS / 10);
			assertThat(tally.settled.sum()).isGreaterThan(SCENARIOS / 10);
			assertThat(tally.scaled.sum()).isGreaterThan(SCENARIOS / 10);
			assertThat(tally.restarted.sum()).isGreaterThan(SCENARIOS / 10);
			assertThat(tally.started.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.notStarted.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.hangs.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.handled.sum()).isGreaterThan(SCENARIOS);
			assertThat(tally.failed.sum()).isGreaterThan(SCENARIOS / 10);
			assertThat(tally.refused.sum()).isGreaterThan(SCENARIOS);
			assertThat(tally.reconfigured.sum()).isGreaterThan(SCENARIOS / 20);
			assertThat(tally.configurationsRefused.sum()).isGreaterThan(SCENARIOS / 100);
			assertThat(tally.gone.sum()).isGreaterThan(SCENARIOS / 20);
		}
	}

}
