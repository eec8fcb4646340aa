package io.pmboot.worker;

import java.util.concurrent.Callable;

import io.pmboot.Worker;
import io.pmboot.control.Message;
import org.jspecify.annotations.Nullable;

/**
 * This worker as the master named it.
 *
 * @param group the group's name
 * @param index the slot
 * @param generation the generation
 * @param turns its turns
 */
record DefaultWorker(String group, int index, int generation, Turns turns) implements Worker {

	static DefaultWorker of(Message.Welcome welcome, Turns turns) {
		return new DefaultWorker(welcome.group(), welcome.index(), welcome.generation(), turns);
	}

	@Override
	public <T extends @Nullable Object> T serially(Callable<T> section) throws Exception {
		return this.turns.serially(section);
	}

}
