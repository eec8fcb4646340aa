package io.pmboot.worker;

import io.pmboot.Worker;
import io.pmboot.control.Message;

/**
 * This worker as the master named it.
 *
 * @param group the group's name
 * @param index the slot
 * @param generation the generation
 */
record DefaultWorker(String group, int index, int generation) implements Worker {

	static DefaultWorker of(Message.Welcome welcome) {
		return new DefaultWorker(welcome.group(), welcome.index(), welcome.generation());
	}

}
