package io.pmboot.master;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.pmboot.control.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The turns of all fake workers, as they see them. Checks that no two living workers of a
 * group ever have one at the same time, and that nobody waits while nobody has it.
 */
final class FakeTurns {

	final List<Turn> begun = new ArrayList<>();

	private final FakeWorld world;

	private final Map<String, Turn> current = new HashMap<>();

	private final List<Turn> waiting = new ArrayList<>();

	/** Given up while the master was stalled, which may grant them before it hears so. */
	private final Set<Turn> withdrawnUnheard = new HashSet<>();

	/** When something happened last that the master hears of in a later step. */
	private long unheard;

	private int lastId;

	private int freedByDeath;

	FakeTurns(FakeWorld world) {
		this.world = world;
	}

	/**
	 * A worker asks for a turn.
	 * @param worker the worker
	 * @param takes how long it then runs
	 * @return the turn
	 */
	Turn request(FakeWorker worker, Duration takes) {
		Turn turn = new Turn(worker, ++this.lastId, takes);
		this.waiting.add(turn);
		this.unheard = now();
		worker.tell(new Frame.RequestTurn(turn.id()));
		return turn;
	}

	void withdraw(Turn turn) {
		if (this.waiting.remove(turn)) {
			if (this.world.loop().isStalled()) {
				this.withdrawnUnheard.add(turn);
			}
			turn.worker().tell(new Frame.EndTurn(turn.id()));
		}
	}

	void granted(FakeWorker worker, int id) {
		Turn turn = this.waiting.stream()
			.filter((candidate) -> candidate.worker() == worker && candidate.id() == id)
			.findFirst()
			.orElse(null);
		if (turn == null && this.withdrawnUnheard.removeIf((old) -> old.worker() == worker && old.id() == id)) {
			return;
		}
		this.world.check(turn != null, "is granted only what it waits for", worker);
		this.world.check(holder(worker.launch.group()) == null, "one turn at a time in a group", turn);
		this.world.check(turn.equals(waiting(worker.launch.group()).get(0)), "turns come in their order", turn);
		this.waiting.remove(turn);
		this.begun.add(turn);
		this.current.put(worker.launch.group(), turn);
		worker.later(turn.takes(), () -> end(turn));
	}

	private void end(Turn turn) {
		// One that cannot say so has it, for all that the master knows, until it exits.
		if (turn.worker().connected()) {
			this.current.remove(turn.worker().launch.group(), turn);
			this.unheard = now();
			turn.worker().tell(new Frame.EndTurn(turn.id()));
		}
	}

	private @Nullable Turn holder(String group) {
		Turn turn = this.current.get(group);
		return (turn != null && turn.worker().alive()) ? turn : null;
	}

	private List<Turn> waiting(String group) {
		return this.waiting.stream()
			.filter((turn) -> turn.worker().launch.group().equals(group) && turn.worker().connected())
			.toList();
	}

	void died(FakeWorker worker) {
		Turn turn = this.current.get(worker.launch.group());
		if (turn != null && turn.worker() == worker) {
			this.freedByDeath++;
		}
		this.unheard = now();
	}

	void check() {
		boolean heard = now() > this.unheard;
		for (Turn turn : this.waiting) {
			this.world.check(!heard || !turn.worker().connected() || holder(turn.worker().launch.group()) != null,
					"nobody waits while nobody has a turn", turn);
		}
	}

	private long now() {
		return this.world.loop().awakeNanos();
	}

	int freedByDeath() {
		return this.freedByDeath;
	}

	/**
	 * A turn.
	 *
	 * @param worker whose
	 * @param id its id
	 * @param takes how long it lasts once it has begun
	 */
	record Turn(FakeWorker worker, int id, Duration takes) {
	}

}
