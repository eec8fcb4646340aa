package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

import io.pmboot.DeliveryOutcome;
import io.pmboot.DrainReason;
import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.Initiator;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadRefusedException;
import io.pmboot.RestartReason;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.event.WorkerUnfitEvent;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Increase;
import io.pmboot.settings.Surge;
import io.pmboot.socket.ListenAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * One random scenario: groups, workers that start, fail, crash, talk nonsense and refuse
 * to end, reloads and other operations, and in the end a stop.
 */
final class Simulation {

	private static final int STEPS = 20_000;

	private static final int LOOK_AGAIN_EVERY = 5;

	private final Random random;

	private final FakeWorld world;

	private final Promises promises;

	private final ServedSlots served;

	private final List<GroupSettings> groups = new ArrayList<>();

	private final SimulatedOperator operator;

	private final List<PendingReload> reloads = new ArrayList<>();

	private final SimulatedVersions versions;

	private final SimulatedMail mail;

	private final SimulatedAnswers answers;

	private final Tally tally;

	/** Out of 100 workers so many fail in some way; drawn anew from time to time. */
	private int faulty;

	private int looks;

	Simulation(long seed, Tally tally) {
		this.random = new Random(seed);
		// Random by itself, so that a seed means the same scenario with it and without.
		Random recycling = new Random(seed * 31);
		this.tally = tally;
		for (int i = 0; i <= this.random.nextInt(3); i++) {
			int maxLost = this.random.nextInt(4);
			this.groups.add(TestGroup.named("group" + i)
				.listen(this.random.nextBoolean() ? List.of(ListenAddress.of("8080")) : List.of())
				.children(this.random.nextInt(4))
				.restartIntensity(1 + this.random.nextInt(5), seconds(1, 90))
				.startTimeout(seconds(5, 120))
				.terminateTimeout(seconds(0, 30))
				.reload(reloadSettings())
				.serialStart(this.random.nextInt(3) == 0)
				.heartbeats((maxLost > 0) ? seconds(3, 20) : Duration.ofDays(1), maxLost, 95)
				.recycle(oftenNone(recycling, 3, 13), Duration.ofSeconds(oftenNone(recycling, 60, 120)),
						DataSize.ofMegabytes(oftenNone(recycling, 3, 13)))
				.settings());
		}
		this.world = new FakeWorld(this.groups.toArray(GroupSettings[]::new));
		this.world.script((launch) -> script());
		this.world.random.setSeed(seed);
		this.world.leaking = true;
		this.promises = new Promises(this.world, this.groups);
		this.served = new ServedSlots(this.world, this.groups);
		this.operator = new SimulatedOperator(this.random, this.world, this.promises);
		this.versions = new SimulatedVersions(new Random(~seed), this.world, this.operator, this.groups);
		this.answers = new SimulatedAnswers(new Random(seed * 31), this.world);
		// Random by itself, so that a seed means the same scenario with it and without.
		this.mail = new SimulatedMail(this.world, seed);
		this.world.mail(this.mail);
	}

	void run() {
		this.world.supervisor().start();
		int actions = 1 + this.random.nextInt(10);
		Duration when = Duration.ZERO;
		for (int i = 0; i < actions; i++) {
			when = when.plusMillis(this.random.nextInt(this.random.nextBoolean() ? 2_000 : 20_000));
			this.world.loop().at(when, this::act);
			this.world.loop().at(when, () -> this.world.alive().forEach(this.mail::send));
		}
		runFor(when.plusSeconds(this.random.nextInt(60)));
		if (this.random.nextInt(3) == 0) {
			settle();
		}
		CompletableFuture<Boolean> stopped = this.world.supervisor().stop();
		this.promises.stopOrdered();
		for (int steps = 0; !this.world.loop().isEmpty(); steps++) {
			step();
			this.world.check(steps < STEPS, "comes to an end", this);
		}
		this.promises.checkEnd(stopped, this.reloads);
		this.operator.checkEnd();
		this.answers.checkEnd();
		count();
	}

	private void settle() {
		this.faulty = 0;
		this.world.listeners().taken = false;
		boolean settled = this.promises.isSettled();
		for (int steps = 0; !settled; steps++) {
			settled = step() && this.promises.isSettled();
			this.world.check(steps < STEPS, "comes to rest", this.world.supervisor().infos());
		}
		this.tally.settled.increment();
	}

	private void runFor(Duration duration) {
		boolean[] over = new boolean[1];
		this.world.loop().at(duration, () -> over[0] = true);
		for (int steps = 0; !over[0]; steps++) {
			step();
			this.world.check(steps < STEPS, "does not spin", this);
		}
	}

	private boolean step() {
		boolean happened = this.world.step();
		if (happened) {
			this.promises.check();
			this.served.check();
			this.versions.check();
			this.mail.check();
			this.answers.check();
			if (++this.looks % LOOK_AGAIN_EVERY == 0) {
				lookAgain();
			}
		}
		return happened;
	}

	// To reconcile a second time does nothing.
	private void lookAgain() {
		List<GroupInfo> infos = this.world.supervisor().infos();
		int events = this.world.events.size();
		int launches = this.world.launches.size();
		int sent = sent();
		this.world.supervisor().start();
		this.world.check(
				this.world.events.size() == events && this.world.launches.size() == launches && sent() == sent
						&& this.world.supervisor().infos().equals(infos),
				"is as it should be after each event, but then is %s, %d events, %d forks and %d frames later"
					.formatted(this.world.supervisor().infos(), this.world.events.size() - events,
							this.world.launches.size() - launches, sent() - sent),
				infos);
	}

	private int sent() {
		return this.world.workers.stream().mapToInt((worker) -> worker.received.size()).sum();
	}

	private void act() {
		if (this.world.loop().isStalled()) {
			return;
		}
		this.faulty = (this.random.nextInt(3) == 0) ? this.random.nextInt(101) : 10;
		this.world.forkTakes(Duration.ofMillis(this.random.nextInt((this.random.nextInt(10) == 0) ? 4_000 : 20)));
		List<FakeWorker> alive = this.world.alive();
		FakeWorker victim = alive.isEmpty() ? null : alive.get(this.random.nextInt(alive.size()));
		this.world.listeners().bindTakes = millis((this.random.nextInt(4) == 0) ? 5_000 : 5);
		this.world.listeners().letGoTakes = millis((this.random.nextInt(4) == 0) ? 5_000 : 50);
		this.world.listeners().taken = this.random.nextInt(5) > 0;
		this.world.listeners().othersTaken = this.random.nextInt(5) == 0;
		this.world.copies.failure = (this.random.nextInt(6) == 0) ? "the jar is corrupt" : null;
		this.world.copies.takes = (this.random.nextInt(4) == 0) ? millis(200_000) : Duration.ZERO;
		this.world.copies.inPlace = this.random.nextInt(4) == 0;
		if (this.answers.isHolding() && this.random.nextInt(3) == 0) {
			this.answers.promote();
			return;
		}
		switch (this.random.nextInt(24)) {
			case 22, 23 -> this.answers.promote();
			case 0, 1 -> reload();
			case 2 -> signal();
			case 18, 19 -> rollback();
			case 20, 21 -> cancel();
			case 3, 4, 5, 6, 7, 17 -> this.operator.act();
			case 8 -> with(victim, (worker) -> worker.leave(DrainReason.DISCONNECTED));
			case 9 -> with(victim, (worker) -> worker.exit(new int[] { 0, 1, 134, 137, 143 }[this.random.nextInt(5)]));
			case 10 -> with(victim, FakeWorker::leave);
			case 11, 12 -> alive.stream().filter(FakeWorker::connected).forEach(this::turns);
			case 13 -> with(victim, FakeWorker::hang);
			case 14 -> with(victim, this::fail);
			case 15 -> this.world.loop().stall(millis((this.random.nextBoolean()) ? 60_000 : 3_000));
			default -> with(victim, (worker) -> worker.breakStream(this.random.nextBoolean() ? "garbage" : null));
		}
	}

	private void fail(FakeWorker worker) {
		switch (this.random.nextInt(5)) {
			case 3, 4 -> worker.unfit();
			case 0 -> worker.deadlock("one", "other");
			case 1 -> worker.acceptors(0);
			default -> worker.collect(99);
		}
	}

	private void turns(FakeWorker worker) {
		FakeTurns.Turn turn = this.world.turns.request(worker,
				(this.random.nextInt(8) == 0) ? Duration.ofDays(1) : millis(5_000));
		if (this.random.nextInt(4) == 0) {
			worker.later(millis(5_000), () -> this.world.turns.withdraw(turn));
		}
	}

	private static void with(@Nullable FakeWorker worker, Consumer<FakeWorker> action) {
		if (worker != null) {
			action.accept(worker);
		}
	}

	private void reload() {
		String group = this.groups.get(this.random.nextInt(this.groups.size())).name();
		try {
			this.reloads.addAll(this.world.supervisor()
				.reload(this.random.nextBoolean() ? List.of(group) : this.world.supervisor().reloadable(),
						Initiator.CODE, this.answers.options()));
		}
		catch (ReloadRefusedException ex) {
			this.world.check(ex.runningId() != null || this.operator.isStopped(),
					"refused only because of another reload, or where it is stopped", ex);
		}
	}

	private void signal() {
		try {
			this.world.supervisor().order();
		}
		catch (ReloadRefusedException ex) {
			this.world.check(this.operator.isStopped(), "a signal is refused only where all is stopped", ex);
		}
	}

	private void rollback() {
		GroupInfo group = this.world.info(this.groups.get(this.random.nextInt(this.groups.size())).name());
		try {
			PendingReload rollback = this.world.supervisor().operations(group.name()).rollback(Initiator.CODE);
			ReloadInfo started = rollback.started();
			this.world.check(started.toGeneration() < started.fromGeneration(), "goes back", started);
			this.reloads.add(rollback);
			this.tally.rollbacks.increment();
		}
		catch (ReloadRefusedException ex) {
			this.world.check(this.world.info(group.name()).equals(group), "a refusal changes nothing", ex);
		}
	}

	private void cancel() {
		if (this.reloads.isEmpty()) {
			return;
		}
		PendingReload reload = this.reloads.get(this.random.nextInt(this.reloads.size()));
		boolean over = reload.finished().isDone();
		try {
			this.world.supervisor().cancel(reload.started().id());
			this.world.check(!over, "cancels only what is under way", reload.started());
		}
		catch (OperationRefusedException ex) {
			this.world.check(over == (ex.runningId() == null), "says whether it is over", ex);
		}
	}

	private FakeWorker.@Nullable Script script() {
		FakeWorker.Script script = new FakeWorker.Script(millis(2_000), true, millis(8_000), null, Duration.ZERO,
				millis((this.random.nextInt(8) == 0) ? 100_000 : 2_000), this.random.nextInt(20) == 0);
		if (this.random.nextInt(100) >= this.faulty) {
			return script;
		}
		return switch (this.random.nextInt(6)) {
			case 0 -> null;
			case 1 -> script.neverReady();
			case 2 -> script.stubborn();
			case 3 -> script.stubborn().neverReady();
			default -> script.failing(this.random.nextInt(3), millis(20_000));
		};
	}

	private Reload reloadSettings() {
		Surge surge = new Surge(1 + this.random.nextInt(3), false);
		if (this.random.nextInt(4) == 0) {
			surge = new Surge(1 + this.random.nextInt(100), true);
		}
		Surge canary = (this.random.nextInt(5) == 0) ? new Surge(1 + this.random.nextInt(3), false) : null;
		return new Reload(surge, orNone(seconds(1, 15)), seconds(0, 75), orNone(seconds(1, 10)),
				this.random.nextInt(4) == 0, order(), 1 + surge.slots(10) % 2, null, new Increase(10),
				Increase.of("off"), canary, seconds(1, 60));
	}

	private Order order() {
		return switch (this.random.nextInt(8)) {
			case 0, 1 -> Order.STOP_FIRST;
			case 2, 3 -> Order.HANDOVER;
			default -> Order.START_FIRST;
		};
	}

	private static int oftenNone(Random random, int from, int to) {
		return (random.nextInt(4) == 0) ? from + random.nextInt(to - from) : 0;
	}

	private Duration orNone(Duration duration) {
		return this.random.nextBoolean() ? duration : Duration.ZERO;
	}

	private Duration millis(int bound) {
		return Duration.ofMillis(1 + this.random.nextInt(bound));
	}

	private Duration seconds(int from, int to) {
		return Duration.ofSeconds(from + this.random.nextInt(to - from + 1));
	}

	private void count() {
		this.tally.hangs.add(this.world.events(WorkerExitedEvent.class)
			.stream()
			.filter((exit) -> String.valueOf(exit.worker().reason()).contains("hung"))
			.count());
		this.tally.unfit.add(this.world.events(WorkerUnfitEvent.class).size());
		this.tally.giveups.add(this.world.events(GiveupEvent.class).size());
		for (WorkerRestartEvent restart : this.world.events(WorkerRestartEvent.class)) {
			if (restart.failure() == null) {
				this.tally.restarts.computeIfAbsent(restart.reason(), (reason) -> new LongAdder()).increment();
			}
			else if (restart.reason() != RestartReason.UNFIT) {
				this.tally.restartsFailed.increment();
			}
		}
		this.tally.kills.add(this.world.events(WorkerExitedEvent.class)
			.stream()
			.filter((exit) -> exit.kind() == ExitKind.KILLED)
			.count());
		this.tally.turns.add(this.world.turns.begun.size());
		this.tally.turnsOfTheDead.add(this.world.turns.freedByDeath());
		this.operator.count(this.tally);
		this.versions.count(this.tally);
		this.answers.count(this.tally);
		this.tally.handled.add(this.mail.count(DeliveryOutcome.HANDLED));
		this.tally.failed.add(this.mail.count(DeliveryOutcome.FAILED));
		this.tally.refused.add(this.mail.count(DeliveryOutcome.REFUSED));
		this.tally.gone.add(this.mail.count(DeliveryOutcome.GONE));
		for (PendingReload reload : this.reloads) {
			switch (reload.finished().join().outcome()) {
				case COMPLETED -> this.tally.reloadsCompleted.increment();
				case FAILED -> this.tally.reloadsFailed.increment();
				case ROLLED_BACK -> this.tally.reloadsRolledBack.increment();
				case CANCELLED -> this.tally.reloadsCancelled.increment();
				default -> throw new AssertionError(reload.finished().join());
			}
		}
	}

	/**
	 * What happened in all scenarios together.
	 */
	static final class Tally {

		final LongAdder reloadsCompleted = new LongAdder();

		final LongAdder reloadsFailed = new LongAdder();

		final LongAdder reloadsRolledBack = new LongAdder();

		final LongAdder rollbacks = new LongAdder();

		final LongAdder reloadsCancelled = new LongAdder();

		final LongAdder unfit = new LongAdder();

		final LongAdder giveups = new LongAdder();

		final LongAdder kills = new LongAdder();

		final LongAdder turns = new LongAdder();

		final LongAdder turnsOfTheDead = new LongAdder();

		final LongAdder settled = new LongAdder();

		final LongAdder scaled = new LongAdder();

		final LongAdder restarted = new LongAdder();

		final LongAdder started = new LongAdder();

		final LongAdder notStarted = new LongAdder();

		final LongAdder hangs = new LongAdder();

		final LongAdder handled = new LongAdder();

		final LongAdder failed = new LongAdder();

		final LongAdder refused = new LongAdder();

		final Map<RestartReason, LongAdder> restarts = new ConcurrentHashMap<>();

		final LongAdder restartsFailed = new LongAdder();

		final LongAdder reconfigured = new LongAdder();

		final LongAdder configurationsRefused = new LongAdder();

		final LongAdder gone = new LongAdder();

		final LongAdder judged = new LongAdder();

		final LongAdder held = new LongAdder();

		final LongAdder promoted = new LongAdder();

	}

}
