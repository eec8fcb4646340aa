package io.pmboot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.pmboot.DrainReason;
import io.pmboot.control.Frame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link WorkerStateMachine}, on virtual time.
 */
class WorkerStateMachineTests {

	private static final Duration TERMINATE = Duration.ofSeconds(30);

	private static final Duration RELOAD = Duration.ofSeconds(75);

	private static final Duration TICK = Duration.ofMillis(1);

	private final VirtualLoop loop = new VirtualLoop();

	private final List<Frame> sent = new ArrayList<>();

	private final List<Runnable> departures = new ArrayList<>();

	private final List<String> seen = new ArrayList<>();

	private final RecordingApplication application = new RecordingApplication(this.seen);

	private final WorkerStateMachine states = new WorkerStateMachine(this.loop, TERMINATE, this.sent::add, () -> 3,
			new WorkerConnection.Exit((code) -> this.seen.add("exit " + code), (code) -> this.seen.add("halt " + code)),
			this.departures::add);

	static Stream<Arguments> pairs() {
		return Stream.of(Cause.values())
			.flatMap((first) -> Stream.of(Cause.values())
				.filter((second) -> second != Cause.DISCONNECT)
				.map((second) -> Arguments.of(first, second)));
	}

	@Test
	void isReadyOnceWhenStartedAndAccepting() {
		this.states.started(this.application);
		assertThat(this.sent).isEmpty();
		this.states.accepting(true);
		this.states.accepting(false);
		this.states.accepting(true);
		assertThat(this.sent).containsOnlyOnce(new Frame.Ready());
		assertThat(this.states.isStarting()).isFalse();
	}

	@Test
	void isNotReadyWhileItRefusesTraffic() {
		this.states.accepting(true);
		this.states.accepting(false);
		this.states.started(this.application);
		assertThat(this.sent).isEmpty();
		assertThat(this.states.isStarting()).isTrue();
		this.states.accepting(true);
		assertThat(this.sent).containsExactly(new Frame.Ready());
	}

	@Test
	void acceptsNothingWhileItRefusesTraffic() {
		active();
		this.states.accepting(true);
		this.states.accepting(false);
		this.states.accepting(false);
		assertThat(this.seen).containsExactly("open", "refuse connections");
		this.states.accepting(true);
		assertThat(this.seen).containsExactly("open", "refuse connections", "accept connections");
		assertThat(this.sent).containsExactly(new Frame.Ready(), new Frame.Accepting(false), new Frame.Accepting(true));
	}

	@Test
	void acceptsNothingWhenItIsActivatedWhileItRefusesTraffic() {
		ready();
		this.states.accepting(false);
		this.states.activate();
		assertThat(this.seen).containsExactly("refuse connections", "open");
	}

	@Test
	void whatDrainsDoesNotSayThatItRefusesTraffic() {
		active();
		this.states.drain(DrainReason.STOP, TERMINATE);
		this.states.accepting(false);
		assertThat(this.sent).containsExactly(new Frame.Ready());
	}

	@Test
	void isNotReadyWhileItIsBroken() {
		this.states.broken(true);
		ready();
		assertThat(this.sent).isEmpty();
		this.states.broken(false);
		assertThat(this.sent).containsExactly(new Frame.Ready());
	}

	@Test
	void tellsTheMasterThatItIsBrokenAndServesOn() {
		active();
		this.states.broken(false);
		this.states.broken(true);
		assertThat(this.sent).containsExactly(new Frame.Ready(),
				new Frame.Unfit("its application says that it is broken (LivenessState.BROKEN)"));
		assertThat(this.seen).containsExactly("open");
	}

	@Test
	void opensOnceWhenActivated() {
		ready();
		this.states.activate();
		this.states.activate();
		assertThat(this.seen).containsExactly("open");
	}

	@Test
	void aTransitionThatIsNoneIsAnErrorThatNamesBothStates() {
		this.states.started(this.application);
		assertThatIllegalStateException().isThrownBy(() -> this.states.activate())
			.withMessage("A worker that is STARTING cannot become SERVING");
		assertThat(this.seen).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void goesFromStateToStateAndDrainsFromEach(WorkerStateMachine.State from) {
		Set<WorkerStateMachine.State> next = switch (from) {
			case STARTING -> EnumSet.of(WorkerStateMachine.State.READY, WorkerStateMachine.State.DRAINING);
			case READY -> EnumSet.of(WorkerStateMachine.State.SERVING, WorkerStateMachine.State.DRAINING);
			case SERVING -> EnumSet.of(WorkerStateMachine.State.DRAINING);
			case DRAINING -> EnumSet.of(WorkerStateMachine.State.DRAINED);
			case DRAINED -> EnumSet.noneOf(WorkerStateMachine.State.class);
		};
		for (WorkerStateMachine.State to : WorkerStateMachine.State.values()) {
			assertThat(from.mayBecome(to)).as("%s to %s", from, to).isEqualTo(next.contains(to));
		}
	}

	@Test
	void anActivationThatCrossesItsDrainIsNoError() {
		ready();
		this.states.disconnect();
		this.states.activate();
		assertThat(this.seen).containsExactly("begin DISCONNECTED");
	}

	@Test
	void tellsItsApplicationWhenAllHasBegunAndWaitsUntilThatIsUnderWay() {
		CompletableFuture<Void> told = new CompletableFuture<>();
		this.application.told = told;
		active();
		Cause.STOP.arrive(this);
		assertThat(this.application.events).containsExactly("activated after [open]",
				"draining (STOP) after [open, begin STOP]");
		this.application.over.complete(null);
		this.loop.advance(TICK);
		assertThat(this.states.drained()).isNotDone();
		told.complete(null);
		this.loop.advance(TICK);
		assertThat(this.states.drained()).isDone();
	}

	@Test
	void exitsFatallyWhenItCannotOpen() {
		this.application.drainFailure = new IllegalStateException("no thread left");
		ready();
		this.states.activate();
		runDepartures();
		assertThat(this.seen).containsExactly("open", "exit 1");
	}

	@Test
	void exitsFatallyWhenWhatItOpensFailsLater() {
		CompletableFuture<Void> opened = new CompletableFuture<>();
		this.application.opened = opened;
		active();
		assertThat(this.departures).isEmpty();
		opened.completeExceptionally(new IllegalStateException("no database"));
		this.loop.advance(TICK);
		runDepartures();
		assertThat(this.seen).containsExactly("open", "exit 1");
	}

	@ParameterizedTest
	@EnumSource
	void drainsThenClosesThenExits(Cause cause) {
		active();
		cause.arrive(this);
		assertThat(this.seen).containsExactly("open", "begin " + cause.reason);
		assertThat(this.states.drained()).isNotDone();
		this.application.over.complete(null);
		this.loop.advance(TICK);
		assertThat(this.states.drained()).isDone();
		runDepartures();
		assertThat(this.seen).containsExactlyElementsOf(departure(cause, cause));
		assertThat(this.sent.subList(1, this.sent.size())).isEqualTo(draining(cause));
	}

	@ParameterizedTest
	@EnumSource
	void theTimeToDrainIsBounded(Cause cause) {
		active();
		cause.arrive(this);
		this.loop.advance(cause.bound.minus(TICK));
		assertThat(this.states.drained()).isNotDone();
		assertThat(this.sent).noneMatch(Frame.Cut.class::isInstance);
		this.loop.advance(TICK);
		assertThat(this.states.drained()).isDone();
		assertThat(this.sent).endsWith(new Frame.Cut(3));
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void aSecondCauseJoinsTheDrain(Cause first, Cause second) {
		active();
		first.arrive(this);
		second.arrive(this);
		List<String> begun = new ArrayList<>(List.of("open", "begin " + first.reason));
		if (first == Cause.RELOAD && second != Cause.RELOAD) {
			begun.add("hasten " + second.reason);
		}
		assertThat(this.seen).containsExactlyElementsOf(begun);
		this.application.over.complete(null);
		this.loop.advance(TICK);
		runDepartures();
		begun.addAll(departure(first, second).subList(2, departure(first, second).size()));
		assertThat(this.seen).containsExactlyElementsOf(begun);
		assertThat(this.sent.subList(1, this.sent.size())).isEqualTo(draining(first));
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void aSecondCauseOnlyShortensTheBound(Cause first, Cause second) {
		active();
		first.arrive(this);
		Duration later = Duration.ofSeconds(10);
		this.loop.advance(later);
		second.arrive(this);
		Duration left = shorter(first.bound.minus(later), second.bound);
		if (second == Cause.TERM) {
			assertThat(this.states.drained()).isDone();
			return;
		}
		this.loop.advance(left.minus(TICK));
		assertThat(this.states.drained()).isNotDone();
		this.loop.advance(TICK);
		assertThat(this.states.drained()).isDone();
	}

	@ParameterizedTest
	@MethodSource("pairs")
	void aCauseAfterTheDrainStillEndsTheProcess(Cause first, Cause second) {
		active();
		first.arrive(this);
		this.application.over.complete(null);
		this.loop.advance(Duration.ofSeconds(10));
		second.arrive(this);
		runDepartures();
		assertThat(this.seen).containsExactlyElementsOf(departure(first, second));
	}

	@ParameterizedTest
	@EnumSource
	void aDisconnectAddsNothingToADrain(Cause first) {
		active();
		first.arrive(this);
		List<Frame> told = List.copyOf(this.sent);
		this.states.disconnect();
		this.loop.advance(first.bound.minus(TICK));
		assertThat(this.seen).containsExactly("open", "begin " + first.reason);
		assertThat(this.states.drained()).isNotDone();
		this.application.over.complete(null);
		this.loop.advance(Duration.ZERO);
		this.states.disconnect();
		runDepartures();
		assertThat(this.seen).containsExactlyElementsOf(departure(first, first));
		assertThat(this.sent).isEqualTo(told);
	}

	@ParameterizedTest
	@EnumSource
	void nothingIsWaitedForDuringTheStart(Cause cause) {
		cause.arrive(this);
		assertThat(this.states.drained()).isDone();
		this.states.started(this.application);
		this.states.accepting(true);
		runDepartures();
		assertThat(this.seen).isEqualTo((cause != Cause.CLOSE) ? List.of("exit 0") : List.of());
		assertThat(this.sent).doesNotContain(new Frame.Ready());
		assertThat(this.states.isStarting()).isFalse();
	}

	@Test
	void aStopOfTheWholeServiceCutsNothing() {
		active();
		Cause.STOP.arrive(this);
		this.loop.advance(WorkerStateMachine.SAME_STOP.minus(TICK));
		Cause.TERM.arrive(this);
		assertThat(this.states.drained()).isNotDone();
		this.loop.advance(TICK);
		Cause.TERM.arrive(this);
		assertThat(this.states.drained()).isDone();
	}

	@Test
	void aDrainThatCannotBeginHoldsNothingUp() {
		active();
		this.application.drainFailure = new IllegalStateException("no thread left");
		Cause.STOP.arrive(this);
		this.loop.advance(TICK);
		assertThat(this.states.drained()).isDone();
	}

	@Test
	void aWorkerThatWasNeverActivatedDrains() {
		ready();
		Cause.RELOAD.arrive(this);
		this.application.over.complete(null);
		this.loop.advance(TICK);
		runDepartures();
		assertThat(this.seen).containsExactly("begin RELOAD", "refuse", "close", "exit 0");
	}

	@Test
	void anApplicationThatCannotBeToldIsDrainedAllTheSame() {
		active();
		Cause.STOP.arrive(this);
		this.application.over.complete(null);
		this.loop.advance(TICK);
		this.application.refuseFailure = new IllegalStateException("not now");
		runDepartures();
		assertThat(this.seen).endsWith("refuse", "close", "exit 0");
	}

	@Test
	void anApplicationThatCannotCloseExitsAllTheSame() {
		active();
		Cause.STOP.arrive(this);
		this.application.over.complete(null);
		this.loop.advance(TICK);
		this.application.closeFailure = new IllegalStateException("closed already");
		runDepartures();
		assertThat(this.seen).endsWith("close", "exit 0");
	}

	@Test
	void aWorkerWithoutMasterThatDoesNotEndIsHalted() {
		active();
		Cause.LOST.arrive(this);
		this.loop.advance(TERMINATE.plus(WorkerStateMachine.HALT_DELAY).minus(TICK));
		assertThat(this.seen).doesNotContain("halt 1");
		this.loop.advance(TICK);
		assertThat(this.seen).endsWith("halt 1");
	}

	private void ready() {
		this.states.accepting(true);
		this.states.started(this.application);
	}

	private void active() {
		ready();
		this.states.activate();
	}

	private void runDepartures() {
		this.departures.forEach(Runnable::run);
		this.departures.clear();
	}

	private static List<String> departure(Cause first, Cause second) {
		List<String> expected = new ArrayList<>(List.of("open", "begin " + first.reason));
		if (first != Cause.CLOSE || second != Cause.CLOSE) {
			expected.addAll(List.of("refuse", "close", "exit 0"));
		}
		return expected;
	}

	private static List<Frame> draining(Cause cause) {
		return EnumSet.of(Cause.TERM, Cause.CLOSE, Cause.DISCONNECT).contains(cause)
				? List.of(new Frame.Draining(cause.reason)) : List.of();
	}

	private static Duration shorter(Duration one, Duration other) {
		return (one.compareTo(other) < 0) ? one : other;
	}

	/**
	 * What makes a worker drain.
	 */
	enum Cause {

		STOP(DrainReason.STOP, Duration.ofSeconds(20)), RELOAD(DrainReason.RELOAD, WorkerStateMachineTests.RELOAD),
		TERM(DrainReason.TERMINATED, TERMINATE), CLOSE(DrainReason.CONTEXT_CLOSED, TERMINATE),
		LOST(DrainReason.MASTER_LOST, TERMINATE), DISCONNECT(DrainReason.DISCONNECTED, TERMINATE);

		private final DrainReason reason;

		private final Duration bound;

		Cause(DrainReason reason, Duration bound) {
			this.reason = reason;
			this.bound = bound;
		}

		void arrive(WorkerStateMachineTests test) {
			switch (this) {
				case STOP, RELOAD -> test.states.drain(this.reason, this.bound);
				case TERM -> test.states.terminate();
				case CLOSE -> test.states.contextClosed();
				case LOST -> test.states.masterLost();
				case DISCONNECT -> test.states.disconnect();
			}
		}

	}

}
