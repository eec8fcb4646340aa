package io.pmboot.master;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

import io.pmboot.control.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is in a group: one at a time, in the order in which they were asked for.
 * A turn lasts until its worker ends it or has exited. The end of a control stream does
 * not end it, since the worker goes on with what it began until it exits, which follows
 * in bounded time.
 */
final class SerialTurns {

	private final Set<Turn> waiting = new LinkedHashSet<>();

	private @Nullable Turn current;

	/**
	 * Takes a frame if it is about turns.
	 * @param worker who sent it
	 * @param frame the frame
	 * @return whether it was about turns
	 */
	boolean received(WorkerHandle worker, Frame frame) {
		if (frame instanceof Frame.RequestTurn request) {
			request(new Turn(worker, request.id()));
			return true;
		}
		if (frame instanceof Frame.EndTurn end) {
			end(new Turn(worker, end.id()));
			return true;
		}
		return false;
	}

	private void request(Turn turn) {
		if (!turn.equals(this.current)) {
			this.waiting.add(turn);
			next();
		}
	}

	private void end(Turn turn) {
		this.waiting.remove(turn);
		if (turn.equals(this.current)) {
			this.current = null;
			next();
		}
	}

	/**
	 * A worker of the group has exited.
	 * @param worker the worker
	 */
	void exited(WorkerHandle worker) {
		this.waiting.removeIf((turn) -> turn.worker() == worker);
		if (this.current != null && this.current.worker() == worker) {
			this.current = null;
			next();
		}
	}

	private void next() {
		Iterator<Turn> turns = this.waiting.iterator();
		while (this.current == null && turns.hasNext()) {
			Turn turn = turns.next();
			turns.remove();
			// Nobody would hear of it otherwise, nor end it.
			if (turn.worker().isConnected()) {
				this.current = turn;
				turn.worker().send(new Frame.GrantTurn(turn.id()));
			}
		}
	}

	/**
	 * A turn that was asked for.
	 *
	 * @param worker who asked
	 * @param id tells its turns apart
	 */
	private record Turn(WorkerHandle worker, int id) {
	}

}
