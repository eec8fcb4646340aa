package io.pmboot.worker;

import java.util.concurrent.CompletableFuture;

import io.pmboot.Delivery;
import io.pmboot.MessageSender;
import io.pmboot.Worker;
import io.pmboot.control.Message;

/**
 * This worker as the master named it.
 *
 * @param group the group's name
 * @param index the slot
 * @param generation the generation
 * @param messages sends messages
 */
record DefaultWorker(String group, int index, int generation, MessageSender messages) implements Worker {

	static DefaultWorker of(Message.Welcome welcome, MessageSender messages) {
		return new DefaultWorker(welcome.group(), welcome.index(), welcome.generation(), messages);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, Object payload) {
		return this.messages.send(group, payload);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, int index, Object payload) {
		return this.messages.send(group, index, payload);
	}

}
