package io.pmboot.master;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.process.WorkerLaunch.Program;
import io.pmboot.socket.ListenAddress;
import org.jspecify.annotations.Nullable;

/**
 * New versions that say something else of their group at random, or something invalid.
 */
final class SimulatedVersions {

	private static final int FIRST = GroupListeners.FIRST;

	private final Random random;

	private final FakeWorld world;

	private final SimulatedOperator operator;

	private final Map<String, Map<Integer, GroupSettings>> said = new HashMap<>();

	private int refused;

	private int changed;

	SimulatedVersions(Random random, FakeWorld world, SimulatedOperator operator, List<GroupSettings> started) {
		this.random = random;
		this.world = world;
		this.operator = operator;
		started.forEach((group) -> this.said.put(group.name(), new HashMap<>(Map.of(FIRST, group))));
		world.configurations().versions(this::version);
	}

	private GroupSettings version(String group, int generation) {
		Map<Integer, GroupSettings> versions = this.said.get(group);
		this.world.check(!versions.containsKey(generation), "a generation is asked once", group + " " + generation);
		GroupSettings before = versions.get(FIRST);
		GroupSettings settings = switch (this.random.nextInt(10)) {
			case 0 -> with(before, before.listen(), this.random.nextInt(5), before.program());
			case 1 -> with(before, listen(), 1 + this.random.nextInt(3), before.program());
			case 2 -> with(before, listen(), before.children(),
					new Program(List.of(), List.of("-Dversion=" + generation), List.of(), Map.of()));
			case 3 -> {
				this.refused++;
				throw new IllegalArgumentException("no good");
			}
			default -> before;
		};
		versions.put(generation, settings);
		this.changed += settings.equals(before) ? 0 : 1;
		return settings;
	}

	private List<ListenAddress> listen() {
		return Stream.of("8080", "8081", "8082")
			.filter((port) -> this.random.nextBoolean())
			.map(ListenAddress::of)
			.toList();
	}

	private static GroupSettings with(GroupSettings group, List<ListenAddress> listen, int children, Program program) {
		return TestGroup.like(group).listen(listen).children(children).program(program).settings();
	}

	void check() {
		for (GroupInfo group : this.world.supervisor().infos()) {
			GroupSettings settings = of(group.name(), group.generation());
			if (settings == null) {
				// Nobody was there to be asked.
				continue;
			}
			this.world.check(group.listen().equals(texts(settings)), "listens where the version that serves says",
					group);
			boolean atRest = group.state() == GroupState.RUNNING || group.state() == GroupState.GIVEN_UP;
			this.world.check(
					!atRest || this.operator.hasScaled(group.name()) || group.children() == settings.children(),
					"has the number of workers that the version that serves says", group);
			boolean alone = group.workers().stream().allMatch((worker) -> worker.generation() == group.generation());
			this.world.check(
					!atRest || !alone || this.world.listeners().all(group.name()).size() == group.listen().size(),
					"releases what nobody lists", group);
		}
		for (FakeWorker worker : this.world.workers) {
			GroupSettings settings = of(worker.launch.group(), worker.launch.generation());
			if (worker.serving() && settings != null) {
				this.world.check(worker.told != null && worker.told.listeners().equals(texts(settings)),
						"accepts where its version says", worker);
				this.world.check(worker.launch.program().equals(settings.program()), "was forked as its version says",
						worker);
			}
		}
	}

	private @Nullable GroupSettings of(String group, int generation) {
		return this.said.get(group).get(generation);
	}

	private static List<String> texts(GroupSettings settings) {
		return settings.listen().stream().map(ListenAddress::toString).toList();
	}

	void count(Simulation.Tally tally) {
		tally.reconfigured.add(this.changed);
		tally.configurationsRefused.add(this.refused);
	}

}
