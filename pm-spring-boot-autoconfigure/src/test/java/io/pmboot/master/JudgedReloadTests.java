package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

import io.pmboot.Answers;
import io.pmboot.GroupState;
import io.pmboot.Initiator;
import io.pmboot.OperationRefusedException;
import io.pmboot.PendingReload;
import io.pmboot.ReloadInfo;
import io.pmboot.ReloadOptions;
import io.pmboot.ReloadOutcome;
import io.pmboot.ReloadRefusedException;
import io.pmboot.ReloadStep;
import io.pmboot.ReloadStep.Kind;
import io.pmboot.RolloutInfo;
import io.pmboot.UnknownReloadException;
import io.pmboot.WorkerInfo;
import io.pmboot.settings.GroupProperties.Reload;
import io.pmboot.settings.GroupProperties.Reload.Order;
import io.pmboot.settings.Increase;
import io.pmboot.settings.Surge;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What becomes of reloads to versions that answer worse, and of those that hold, on
 * virtual time: workers are ready 4.3 s after they are forked, tell what they answered
 * each second while they are observed, and each is observed for 10 s.
 */
class JudgedReloadTests {

	private static final Reload JUDGED = TestGroup.reload(Surge.of("1"), Duration.ofSeconds(10), Duration.ofSeconds(75),
			Duration.ZERO, false, Order.START_FIRST, 2);

	private FakeWorld world = world(3, JUDGED);

	/** Of 100 answers of a generation so many fail. */
	private final int[] failing = new int[10];

	private int rate = 100;

	private int millis = 1;

	@BeforeEach
	void start() {
		start(this.world);
	}

	private void start(FakeWorld world) {
		this.world = world;
		world.answers((launch) -> answers(launch.generation()));
		world.supervisor().start();
		advance(70);
	}

	private Answers answers(int generation) {
		int bucket = Answers.bucket(Duration.ofMillis((generation > 1) ? this.millis : 1).toNanos());
		List<Long> latencies = new ArrayList<>(Collections.nCopies(bucket, 0L));
		latencies.add((long) this.rate);
		return new Answers(this.rate, (long) this.rate * this.failing[generation] / 100, latencies);
	}

	@ParameterizedTest
	@CsvSource({ "100, FAILED", "30, FAILED", "15, FAILED", "0, COMPLETED" })
	void versionOfWhichMoreFailsIsTakenBackAndTheCauseNamesTheFigures(int share, ReloadOutcome outcome) {
		this.failing[2] = share;
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).outcome()).isEqualTo(outcome);
		if (outcome == ReloadOutcome.FAILED) {
			assertThat(info(reload).cause()).startsWith("web-0 (generation 2, pid ")
				.contains(") answers worse: ")
				.contains(" answers (%d.0 %%) failed, and of the others' 0 of ".formatted(share))
				.endsWith("more by over 10 points (reload.max-error-increase)");
			assertThat(generations()).containsExactly(1, 1, 1);
			assertThat(info(reload).steps()).extracting(ReloadStep::kind).contains(Kind.FAILED);
			assertThat(Duration.between(info(reload).startedAt(), info(reload).endedAt()))
				.isLessThan(Duration.ofSeconds(9));
		}
		assertThat(this.world.alive()).noneMatch(FakeWorker::isObserved);
	}

	@Test
	void versionThatFailsAsOftenAsTheOneBeforeCompletes() {
		this.failing[1] = 30;
		this.failing[2] = 35;
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void versionThatFailsAltogetherAsTheOneBeforeDoesCompletes() {
		this.failing[1] = 100;
		this.failing[2] = 100;
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void versionThatGetsNoRequestsCompletes() {
		this.rate = 0;
		this.failing[2] = 100;
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void whatBefallsAllAtTheSameTimeIsNobodysFault() {
		PendingReload reload = this.world.reload("web");
		advance(26);
		this.failing[1] = 100;
		this.failing[2] = 100;
		advance(3);
		this.failing[1] = 0;
		this.failing[2] = 0;
		advance(40);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void versionThatGetsWorseInTheSecondSlotTakesTheFirstBack() {
		PendingReload reload = this.world.reload("web");
		advance(21);
		this.failing[2] = 60;
		advance(30);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(info(reload).cause()).contains("answers worse: ")
			.endsWith("1 of 3 slots had been replaced and went back to generation 1");
		assertThat(generations()).containsExactly(1, 1, 1);
	}

	@ParameterizedTest
	@EnumSource(value = Order.class, names = "START_FIRST", mode = EnumSource.Mode.EXCLUDE)
	void onlyWorkerIsComparedWithWhatTheOneBeforeAnswered(Order order) {
		start(world(1, TestGroup.reload(Surge.of("1"), Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ZERO,
				false, order, 2)));
		this.failing[2] = 30;
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).cause()).contains("answers worse: ");
		assertThat(generations()).containsExactly(1);
	}

	@Test
	void aFewAnswersOfEachAreEnoughAllTogether() {
		this.rate = 1;
		start(world(3, TestGroup.reload(Surge.of("1"), Duration.ofSeconds(3), Duration.ofSeconds(75), Duration.ZERO,
				false, Order.START_FIRST, 2)));
		this.failing[2] = 100;
		PendingReload reload = this.world.reload("web");
		advance(40);
		assertThat(info(reload).cause()).startsWith("generation 2 answers worse: ");
		assertThat(generations()).containsExactly(1, 1, 1);
	}

	@Test
	void nothingIsJudgedOnceTheReloadHasCompletedOrWhereThatIsOff() {
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		this.failing[2] = 100;
		advance(60);
		assertThat(generations()).containsExactly(2, 2, 2);
		start(world(3, judging("off", "off", null)));
		reload = this.world.reload("web");
		advance(8);
		assertThat(this.world.alive()).noneMatch(FakeWorker::isObserved);
		advance(50);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void rollbackByHandIsNotJudged() {
		this.world.reload("web");
		advance(60);
		this.failing[1] = 100;
		PendingReload rollback = this.world.supervisor().operations("web").rollback(Initiator.CODE);
		advance(60);
		assertThat(info(rollback).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@ParameterizedTest
	@CsvSource({ "50, 5, FAILED", "off, 5, COMPLETED", "50, 1, COMPLETED" })
	void versionThatIsSlowerIsTakenBackWhereThatIsJudged(String increase, int millis, ReloadOutcome outcome) {
		start(world(3, judging("10", increase, null)));
		this.millis = millis;
		PendingReload reload = this.world.reload("web");
		advance(60);
		assertThat(info(reload).outcome()).isEqualTo(outcome);
		if (outcome == ReloadOutcome.FAILED) {
			assertThat(info(reload).cause()).startsWith("generation 2 answers slower: its 95th percentile is 5")
				.endsWith("more by over 50 % (reload.max-latency-increase)");
		}
	}

	@Test
	void reloadHoldsAfterItsCanaryUntilItIsPromoted() {
		PendingReload reload = this.world.reload("web", ReloadOptions.NONE.withHold(true));
		advance(600);
		assertThat(generations()).containsExactly(2, 1, 1);
		assertThat(this.world.info("web").state()).isEqualTo(GroupState.RELOADING);
		assertThat(this.world.info("web").reason()).startsWith("reload web-2 holds since ")
			.contains("1 of 3 slots are replaced: it waits for promote or cancel, at the latest at ");
		RolloutInfo rollout = Objects.requireNonNull(this.world.info("web").rollout());
		assertThat(rollout.holding()).isTrue();
		assertThat(rollout.newer().total()).isGreaterThan(50_000);
		assertThat(rollout.others().total()).isGreaterThan(100_000);
		assertThatExceptionOfType(ReloadRefusedException.class).isThrownBy(() -> this.world.reload("web"));
		assertThat(this.world.supervisor().order()).hasSize(1);
		this.world.supervisor().promote("web-2");
		advance(40);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		assertThat(info(reload).steps()).extracting(ReloadStep::kind).containsSubsequence(Kind.HOLDING, Kind.PROMOTED);
		advance(60);
		assertThat(generations()).as("as the signal ordered").containsExactly(3, 3, 3);
	}

	@Test
	void reloadThatHoldsGoesBackWhereItIsCancelledOrForgotten() {
		start(world(3, judging("10", "off", null)));
		PendingReload cancelled = this.world.reload("web", ReloadOptions.NONE.withCanary("2"));
		advance(60);
		assertThat(generations()).containsExactly(2, 2, 1);
		this.world.supervisor().cancel("web-2");
		advance(30);
		assertThat(info(cancelled).outcome()).isEqualTo(ReloadOutcome.CANCELLED);
		PendingReload forgotten = this.world.reload("web", ReloadOptions.NONE.withCanary("1%"));
		advance(60);
		assertThat(generations()).containsExactly(3, 1, 1);
		advance(600);
		assertThat(info(forgotten).outcome()).isEqualTo(ReloadOutcome.CANCELLED);
		assertThat(info(forgotten).cause()).startsWith("nobody promoted it within 600s (reload.hold-timeout)");
		assertThat(generations()).containsExactly(1, 1, 1);
	}

	@Test
	void reloadIsJudgedWhileItHolds() {
		PendingReload reload = this.world.reload("web", ReloadOptions.NONE.withHold(true));
		advance(3600);
		this.failing[2] = 30;
		advance(70);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.ROLLED_BACK);
		assertThat(info(reload).cause()).contains("answers worse: ");
		assertThat(generations()).containsExactly(1, 1, 1);
	}

	@Test
	void whoeverDiesWhileItHoldsIsReplacedFromTheGenerationOfItsSlot() {
		PendingReload reload = this.world.reload("web", ReloadOptions.NONE.withHold(true));
		advance(60);
		this.world.serving("web", 1).exit(1);
		this.world.serving("web", 0).leave();
		advance(10);
		assertThat(generations()).containsExactly(2, 1, 1);
		assertThat(reload.finished()).isNotDone();
		this.world.serving("web", 0).exit(1);
		advance(10);
		assertThat(info(reload).outcome()).as("as of any that is replaced").isEqualTo(ReloadOutcome.ROLLED_BACK);
	}

	@Test
	void aCanaryOfAllSlotsHoldsBeforeTheReloadIsOver() {
		PendingReload reload = this.world.reload("web", ReloadOptions.NONE.withCanary("100%").withMaxSurge("3"));
		advance(60);
		assertThat(generations()).containsExactly(2, 2, 2);
		assertThat(reload.finished()).isNotDone();
		this.world.supervisor().promote("web-2");
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
	}

	@Test
	void optionsHoldForOneReload() {
		start(world(3, judging("10", "off", Surge.of("1"))));
		PendingReload reload = this.world.reload("web",
				ReloadOptions.NONE.withHold(false).withObserve(Duration.ZERO).withMaxSurge("100%"));
		advance(7);
		assertThat(info(reload).outcome()).isEqualTo(ReloadOutcome.COMPLETED);
		this.world.reload("web");
		advance(60);
		assertThat(generations()).containsExactly(3, 2, 2);
	}

	@Test
	void optionsThatCannotBeChangeNothing() {
		assertInvalid(ReloadOptions.NONE.withObserve(Duration.ofSeconds(-1)), "'observe' must not be negative");
		assertInvalid(ReloadOptions.NONE.withMaxSurge("0"), "'maxSurge' must be a number from 1 to 1000");
		assertInvalid(ReloadOptions.NONE.withCanary("all"), "'canary' must be a number from 1 to 1000");
		assertInvalid(ReloadOptions.NONE.withCanary("1").withHold(false), "'hold' must not be false");
		assertThat(this.world.supervisor().reloads()).isEmpty();
	}

	private void assertInvalid(ReloadOptions options, String reason) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.world.reload("web", options))
			.withMessageContaining(reason);
	}

	@Test
	void whatDoesNotHoldCannotBePromoted() {
		assertThatExceptionOfType(UnknownReloadException.class)
			.isThrownBy(() -> this.world.supervisor().promote("web-2"));
		this.world.reload("web");
		advance(1);
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> this.world.supervisor().promote("web-2"))
			.withMessage("Reload 'web-2' cannot be promoted: it is Replacing, not Holding");
		advance(60);
		assertThatExceptionOfType(OperationRefusedException.class)
			.isThrownBy(() -> this.world.supervisor().promote("web-2"))
			.withMessage("Reload 'web-2' cannot be promoted: it has ended (COMPLETED)");
	}

	private static Reload judging(String errors, String latency, @Nullable Surge canary) {
		return new Reload(Surge.of("1"), Duration.ofSeconds(10), Duration.ofSeconds(75), Duration.ZERO, false,
				Order.START_FIRST, 2, null, Increase.of(errors), Increase.of(latency), canary, Duration.ofMinutes(10));
	}

	private static FakeWorld world(int children, Reload reload) {
		return new FakeWorld(FakeWorld.reloading(FakeWorld.settings("web", children), reload));
	}

	private void advance(int seconds) {
		this.world.loop().advance(Duration.ofSeconds(seconds));
	}

	private List<Integer> generations() {
		return this.world.info("web").workers().stream().map(WorkerInfo::generation).toList();
	}

	private static ReloadInfo info(PendingReload reload) {
		assertThat(reload.finished()).isDone();
		return reload.finished().join();
	}

}
