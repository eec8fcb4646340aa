package io.pmboot.worker;

import io.pmboot.Worker;
import io.pmboot.control.Message;

/**
 * This worker as the master named it, and what it tells the master.
 *
 * @param group the group's name
 * @param index the slot
 * @param generation the generation
 * @param scores its scores
 */
record DefaultWorker(String group, int index, int generation, Scores scores) implements Worker {

	static DefaultWorker of(Message.Welcome welcome, Scores scores) {
		return new DefaultWorker(welcome.group(), welcome.index(), welcome.generation(), scores);
	}

	@Override
	public void score(String name, double value) {
		this.scores.put(name, value);
	}

}
