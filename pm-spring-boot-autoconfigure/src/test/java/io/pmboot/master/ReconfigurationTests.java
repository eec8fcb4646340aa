package io.pmboot.master;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.pmboot.ExitKind;
import io.pmboot.GroupInfo;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadStep.Kind;
import io.pmboot.WorkerInfo;
import io.pmboot.WorkerState;
import io.pmboot.control.Frame;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.master.FakeWorker.Script;
import io.pmboot.process.WorkerLaunch.Program;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Surge;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a new version says of its group, and what becomes of it in a reload, on virtual
 * time: workers are ready 4.3 s after they are forked.
 */
class ReconfigurationTests {

	private static final Program OTHER = new Program(List.of(), List.of("-Xmx1g"), List.of(), Map.of());

	private final GroupSettings first = FakeWorld.listening(FakeWorld.settings("web", 2));

	private FakeWorld world = new FakeWorld(this.first);

	@Test
	void newVersionBringsMoreChildrenAndAnotherListener() {
		start();
		version(settings(3, "8080", "8081"));
		PendingReload reload = this.world.reload("web");
		advance(3);
		FakeWorker successor = last();
		assertThat(welcomes(successor)).extracting(Frame.Welcome::masterProfiles)
			.containsExactly(List.of("prod", "master"), List.of());
		assertThat(welcomes(successor)).extracting(Frame.Welcome::listeners)
			.containsExactly(List.of("8080"), List.of("8080", "8081"));
		assertThat(group()).as("the old ones serve")
			.extracting(GroupInfo::children, GroupInfo::listen)
			.containsExactly(2, List.of("8080"));
		advance(10);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(info(reload).steps()).filteredOn((step) -> step.kind() == Kind.CONFIGURED)
			.singleElement()
			.satisfies((step) -> assertThat(step.detail()).isEqualTo("children 3, listen [8080, 8081]"));
		advance(5);
		assertThat(group().workers()).hasSize(3)
			.allMatch((worker) -> worker.generation() == 2 && worker.state() == WorkerState.READY);
		assertThat(group().listen()).containsExactly("8080", "8081");
		assertThat(this.world.configurations().asked).isOne();
	}

	@Test
	void oneThatSaysWhatTheOldOneSaidChangesNothing() {
		start();
		PendingReload reload = this.world.reload("web");
		advance(12);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(info(reload).steps()).noneMatch((step) -> step.kind() == Kind.CONFIGURED);
	}

	@Test
	void whatIsNoLongerListedIsReleasedOnceNobodyAcceptsThere() {
		this.world.script((launch) -> Script.good().draining(Duration.ofSeconds(20)));
		start();
		version(settings(2, "8081"));
		this.world.reload("web");
		advance(15);
		assertThat(this.world.listeners().all("web")).as("old workers drain").containsOnly("8080", "8081");
		advance(30);
		assertThat(this.world.listeners().all("web")).containsOnly("8081");
	}

	@Test
	void fewerChildrenAreLeftInTheEnd() {
		start();
		version(settings(1, "8080"));
		PendingReload reload = this.world.reload("web");
		advance(12);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(group().workers()).singleElement().extracting(WorkerInfo::index).isEqualTo(0);
	}

	@Test
	void theNumberThatWasSetByScaleStays() {
		start();
		this.world.supervisor().operations("web").scale(4);
		version(settings(1, "8080"));
		this.world.reload("web");
		advance(30);
		assertThat(group().children()).isEqualTo(4);
	}

	@Test
	void invalidConfigurationRefusesTheReloadBeforeAnythingIsReplaced() {
		start();
		this.world.configurations().versions((group, generation) -> {
			throw new IllegalArgumentException(
					"The configuration of group 'web' is refused:\nProperty: pm.groups.web.children\nValue: \"-1\"");
		});
		PendingReload reload = this.world.reload("web");
		advance(3);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(reload).cause()).contains("configuration of group 'web' is refused", "Value: \"-1\"");
		assertThat(info(reload).steps()).filteredOn((step) -> step.kind() == Kind.FAILED)
			.singleElement()
			.satisfies((step) -> assertThat(step.detail()).isEqualTo(info(reload).cause()));
		assertThat(welcomes(last())).hasSize(1);
		assertThat(last().alive()).isFalse();
		assertUnchanged();
	}

	@Test
	void aPortThatIsTakenRefusesTheReload() {
		start();
		version(settings(2, "8080", "8081"));
		this.world.listeners().othersTaken = true;
		PendingReload reload = this.world.reload("web");
		advance(3);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(reload).cause()).contains("Group 'web' cannot listen on 8080")
			.contains("another process listens there");
		assertUnchanged();
	}

	@Test
	void whatAReloadCannotChangeRefusesIt() {
		start();
		GroupSettings other = settings(2, "8080");
		version(with(other, new Program(List.of(), List.of(), List.of(), Map.of(), null, Path.of("other.jar")),
				other.startTimeout()));
		PendingReload reload = this.world.reload("web");
		advance(3);
		assertThat(info(reload).cause()).contains("pm.groups.web.application")
			.contains("leave it as it was, or start the master again");
		assertUnchanged();
	}

	@Test
	void rollbackTakesTheOldSettingsAndListeners() {
		start();
		version(settings(1, "8081"));
		this.world.reload("web");
		advance(15);
		assertThat(group().listen()).containsExactly("8081");
		PendingReload rollback = this.world.supervisor().operations("web").rollback(Initiator.CODE);
		advance(15);
		assertThat(outcome(rollback)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(group()).extracting(GroupInfo::children, GroupInfo::listen).containsExactly(2, List.of("8080"));
		assertThat(this.world.listeners().all("web")).containsOnly("8080");
		assertThat(this.world.configurations().asked).isOne();
	}

	@Test
	void oneLeftFromARollbackBeforeIsNotAskedWhatItIsToBe() {
		start();
		this.world.reload("web");
		advance(15);
		this.world.script((launch) -> Script.good().connecting(Duration.ofSeconds(2)).stubborn());
		PendingReload first = this.world.supervisor().operations("web").rollback(Initiator.CODE);
		advance(1);
		this.world.supervisor().cancel(first.started().id());
		this.world.listeners().bindTakes = Duration.ofSeconds(3);
		PendingReload second = this.world.supervisor().operations("web").rollback(Initiator.CODE);
		advance(2);
		assertThat(welcomes(last())).extracting(Frame.Welcome::masterProfiles).containsExactly(List.of());
		advance(100);
		assertThat(outcome(first)).isEqualTo(ReloadOutcome.CANCELLED);
		assertThat(outcome(second)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.configurations().asked).isOne();
	}

	@Test
	void rollbackToAPortThatIsTakenByNowFails() {
		start();
		version(settings(2, "8081"));
		this.world.reload("web");
		advance(15);
		this.world.listeners().othersTaken = true;
		PendingReload rollback = this.world.supervisor().operations("web").rollback(Initiator.CODE);
		advance(1);
		assertThat(outcome(rollback)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(rollback).cause()).contains("cannot listen on 8080");
		assertThat(group().listen()).containsExactly("8081");
		assertThat(group().workers()).hasSize(2).allMatch((worker) -> worker.generation() == 2);
	}

	@Test
	void failureAfterwardsLeavesTheOldSettingsInForce() {
		start();
		version(settings(5, "8080", "8081"));
		this.world.script((launch) -> (launch.generation() == 2 && launch.index() == 1)
				? Script.good().failing(1, Duration.ofSeconds(1)) : Script.good());
		PendingReload reload = this.world.reload("web");
		advance(20);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(group()).extracting(GroupInfo::children, GroupInfo::listen).containsExactly(2, List.of("8080"));
		assertThat(this.world.listeners().all("web")).containsOnly("8080");
	}

	@Test
	void otherOptionsAreThoseOfEveryWorkerOfTheNewVersion() {
		start();
		GroupSettings other = settings(2, "8080");
		version(with(other, OTHER, other.startTimeout()));
		PendingReload reload = this.world.reload("web");
		advance(15);
		assertThat(outcome(reload)).as(info(reload).toString()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.launches).extracting((launch) -> launch.of().program().equals(OTHER))
			.containsExactly(false, false, false, true, true);
		assertThat(group().workers()).hasSize(2).allMatch((worker) -> worker.generation() == 2);
		last().exit(1);
		advance(5);
		assertThat(this.world.launches).last().extracting((launch) -> launch.of().program()).isEqualTo(OTHER);
	}

	@Test
	void oneThatIsForkedAgainIsNotHeldToAShorterStartTimeout() {
		start();
		GroupSettings other = settings(2, "8080");
		version(with(other, OTHER, Duration.ofSeconds(10)));
		this.world.script((launch) -> launch.program().equals(OTHER) ? Script.good()
				: Script.good().connecting(Duration.ofSeconds(20)));
		PendingReload reload = this.world.reload("web");
		advance(40);
		assertThat(outcome(reload)).as(info(reload).toString()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.events).filteredOn(WorkerExitedEvent.class::isInstance)
			.extracting((event) -> ((WorkerExitedEvent) event).kind())
			.containsOnly(ExitKind.REQUESTED);
	}

	@Test
	void clockThatIsSetShortensNoStart() {
		start();
		this.world.script((launch) -> Script.good().connecting(Duration.ofSeconds(2)));
		PendingReload reload = this.world.reload("web");
		advance(1);
		this.world.loop().setClock(Duration.ofHours(1));
		advance(60);
		assertThat(outcome(reload)).as(info(reload).toString()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void oneThatWasTooLateIsNotForkedAgain() {
		start();
		GroupSettings other = settings(2, "8080");
		version(with(other, OTHER, other.startTimeout()));
		this.world.script((launch) -> Script.good().connecting(other.startTimeout().plusMillis(100)));
		PendingReload reload = this.world.reload("web");
		advance(Math.toIntExact(other.startTimeout().toSeconds()) + 5);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.FAILED);
		assertThat(info(reload).cause()).contains("not ready within");
		assertUnchanged();
	}

	@Test
	void longerStartTimeoutHoldsForTheFirstSuccessorToo() {
		start();
		GroupSettings other = settings(2, "8080");
		version(with(other, other.program(), Duration.ofSeconds(400)));
		this.world.script((launch) -> new Script(Duration.ofSeconds(50), true, Duration.ofSeconds(300), null,
				Duration.ZERO, Duration.ofMillis(500), false));
		PendingReload reload = this.world.reload("web");
		advance(720);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void shorterStartTimeoutCountsFromTheFork() {
		start();
		GroupSettings other = settings(2, "8080");
		version(with(other, other.program(), Duration.ofSeconds(3)));
		PendingReload reload = this.world.reload("web");
		advance(5);
		assertThat(info(reload).cause()).contains("3s");
	}

	@Test
	void allOfABatchWaitForTheFirstAnswer() {
		this.world = new FakeWorld(FakeWorld.reloading(this.first, TestGroup.reload(Surge.of("100%"), Duration.ZERO,
				Duration.ofSeconds(75), Duration.ZERO, false, Order.START_FIRST, 2)));
		start();
		version(settings(2, "8080", "8081"));
		PendingReload reload = this.world.reload("web");
		advance(10);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.configurations().asked).isOne();
		assertThat(this.world.workers).filteredOn((worker) -> worker.launch.generation() == 2)
			.hasSize(2)
			.allSatisfy((worker) -> assertThat(welcomes(worker)).hasSize(2));
	}

	@Test
	void oneThatIsReadyWithoutHavingSaidAnythingIsWhatTheOldOneWas() {
		start();
		PendingReload reload = this.world.reload("web");
		this.world.loop().advance(Duration.ofMillis(100));
		last().keepConfiguration();
		advance(12);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.configurations().asked).isZero();
		assertThat(group().listen()).containsExactly("8080");
	}

	@Test
	void whatIsBoundForAReloadThatWasCancelledIsDropped() {
		start();
		version(settings(2, "8080", "8081"));
		this.world.listeners().bindTakes = Duration.ofSeconds(3);
		PendingReload reload = this.world.reload("web");
		advance(1);
		this.world.supervisor().cancel("web-2");
		advance(10);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.CANCELLED);
		assertUnchanged();
	}

	@Test
	void workersOfAnotherApplicationAreNotAsked() {
		Program jar = new Program(List.of(), List.of(), List.of(), Map.of(), null, Path.of("a.jar"));
		this.world = new FakeWorld(with(this.first, jar, this.first.startTimeout()));
		start();
		PendingReload reload = this.world.reload("web");
		advance(12);
		assertThat(outcome(reload)).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(this.world.configurations().asked).isZero();
	}

	@Test
	void restartIntensityIsThatOfTheNewVersion() {
		start();
		GroupSettings other = settings(2, "8080");
		version(TestGroup.like(other).restartIntensity(1, Duration.ofSeconds(7)).settings());
		this.world.reload("web");
		advance(15);
		last().exit(1);
		advance(1);
		assertThat(group().state()).isEqualTo(GroupState.GIVEN_UP);
		advance(12);
		assertThat(group().state()).isEqualTo(GroupState.RUNNING);
	}

	private void assertUnchanged() {
		assertThat(group()).extracting(GroupInfo::generation, GroupInfo::children, GroupInfo::listen)
			.containsExactly(1, 2, List.of("8080"));
		assertThat(this.world.listeners().all("web")).containsOnly("8080");
		assertThat(this.world.workers).filteredOn(FakeWorker::serving)
			.hasSize(2)
			.allMatch((worker) -> worker.launch.generation() == 1);
	}

	private static GroupSettings settings(int children, String... listen) {
		return TestGroup.named("web").children(children).listen(listen).settings();
	}

	private static GroupSettings with(GroupSettings settings, Program program, Duration startTimeout) {
		return TestGroup.like(settings).program(program).startTimeout(startTimeout).settings();
	}

	private void start() {
		this.world.supervisor().start();
		advance(5);
	}

	private void version(GroupSettings settings) {
		this.world.configurations().versions((group, generation) -> settings);
	}

	private GroupInfo group() {
		return this.world.info("web");
	}

	private FakeWorker last() {
		return this.world.workers.get(this.world.workers.size() - 1);
	}

	private static List<Frame.Welcome> welcomes(FakeWorker worker) {
		return worker.received.stream().filter(Frame.Welcome.class::isInstance).map(Frame.Welcome.class::cast).toList();
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private static ReloadInfo info(PendingReload reload) {
		assertThat(reload.finished()).isDone();
		return reload.finished().join();
	}

	private static @Nullable ReloadOutcome outcome(PendingReload reload) {
		return info(reload).outcome();
	}

}
