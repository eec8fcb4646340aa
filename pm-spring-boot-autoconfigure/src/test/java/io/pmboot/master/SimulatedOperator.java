package io.pmboot.master;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.OperationRefusedException;

/**
 * Somebody who scales, restarts, stops and starts groups at random.
 */
final class SimulatedOperator {

	private final Random random;

	private final FakeWorld world;

	private final Promises promises;

	private final List<CompletableFuture<Void>> starts = new ArrayList<>();

	private final Set<String> scaledGroups = new HashSet<>();

	private int scaled;

	private int restarted;

	SimulatedOperator(Random random, FakeWorld world, Promises promises) {
		this.random = random;
		this.world = world;
		this.promises = promises;
	}

	void act() {
		List<GroupInfo> groups = this.world.supervisor().infos();
		GroupInfo group = groups.get(this.random.nextInt(groups.size()));
		GroupOperations operations = this.world.supervisor().operations(group.name());
		try {
			operate(group, operations);
		}
		catch (OperationRefusedException ex) {
			boolean stopped = group.state() == GroupState.STOPPED;
			this.world.check(stopped || (ex.runningId() != null && group.state() == GroupState.RELOADING),
					"refused only while reloaded or stopped", ex);
			this.world.check(this.world.info(group.name()).equals(group), "a refusal changes nothing", group);
		}
	}

	private void operate(GroupInfo group, GroupOperations operations) {
		switch (this.random.nextInt(6)) {
			case 0 -> {
				int children = this.random.nextInt(6);
				operations.scale(children);
				this.scaledGroups.add(group.name());
				this.scaled++;
				this.world.check(this.world.info(group.name()).children() == children, "has the number at once", group);
			}
			case 1 -> {
				this.world.supervisor().infos().forEach((each) -> this.scaledGroups.add(each.name()));
				this.world.supervisor().adjust(this.random.nextBoolean() ? 1 : -1);
			}
			case 2 -> {
				boolean one = group.children() > 0 && this.random.nextBoolean();
				operations.restart(one ? this.random.nextInt(group.children()) : null);
				this.restarted++;
				this.promises.recordCleared(group.name());
			}
			case 3 -> {
				operations.stop();
				this.promises.stopped(group.name());
				this.world.check(this.world.info(group.name()).state() == GroupState.STOPPED, "stops at once", group);
			}
			default -> start(group, operations);
		}
	}

	private void start(GroupInfo group, GroupOperations operations) {
		CompletableFuture<Void> start = operations.start();
		this.promises.started(group.name());
		if (group.state() == GroupState.STOPPED) {
			this.starts.add(start);
		}
	}

	boolean hasScaled(String group) {
		return this.scaledGroups.contains(group);
	}

	boolean isStopped() {
		return this.world.supervisor().infos().stream().anyMatch((group) -> group.state() == GroupState.STOPPED);
	}

	void checkEnd() {
		this.world.check(this.starts.stream().allMatch(CompletableFuture::isDone), "every start has its outcome",
				this.starts);
	}

	void count(Simulation.Tally tally) {
		tally.scaled.add(this.scaled);
		tally.restarted.add(this.restarted);
		this.starts
			.forEach((start) -> (start.isCompletedExceptionally() ? tally.notStarted : tally.started).increment());
	}

}
