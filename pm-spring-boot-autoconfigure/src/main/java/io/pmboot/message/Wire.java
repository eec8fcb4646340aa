package io.pmboot.message;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

import io.pmboot.control.Message;

/**
 * How messages leave one of their ends for the master's router. Every method may be
 * called on any thread, and none blocks.
 */
public interface Wire {

	/**
	 * Sends a message to be routed, after all that were sent before. Takes nothing over.
	 * @param post the message
	 * @return whether there was room for it
	 * @throws IOException where the way to the router has ended
	 */
	boolean post(Message.Post post) throws IOException;

	/**
	 * Says that messages have been handled.
	 * @param acknowledge which
	 * @return completes when that cannot be lost any more by the end of this process
	 */
	CompletionStage<Void> acknowledge(Message.Acknowledge acknowledge);

}
