package io.pmboot;

import java.util.concurrent.CompletableFuture;

/**
 * Sends messages to workers and to the master: what {@link Worker} and {@link Master}
 * have in common.
 *
 * @since 0.1
 */
public interface MessageSender {

	/** The group name that addresses the master. */
	String MASTER = "master";

	/**
	 * Sends a message to every worker of a group that is READY, the sender included where
	 * it is one of them. Returns at once; may be called on any thread. Messages to the
	 * same receiver arrive in the order in which one thread sends them.
	 * @param group the group's name, or {@link #MASTER}
	 * @param payload a String, a byte[], or any object that the application's JsonMapper
	 * can write
	 * @return completes when the last receiver has handled it or cannot any more, on a
	 * thread that other deliveries wait for: what blocks is to be chained by an
	 * {@code …Async} method. Completes exceptionally, with
	 * {@link DeliveryUnknownException}, only where this process has lost the master
	 * @throws IllegalArgumentException where the payload cannot be written
	 */
	CompletableFuture<Delivery> send(String group, Object payload);

	/**
	 * Sends a message to one worker: the one that was activated last in this slot.
	 * Otherwise as {@link #send(String, Object)}.
	 * @param group the group's name, or {@link #MASTER}
	 * @param index the slot, from 0
	 * @param payload a String, a byte[], or any object that the application's JsonMapper
	 * can write
	 * @return completes with what became of it
	 * @throws IllegalArgumentException where the payload cannot be written, or the index
	 * is negative
	 */
	CompletableFuture<Delivery> send(String group, int index, Object payload);

}
