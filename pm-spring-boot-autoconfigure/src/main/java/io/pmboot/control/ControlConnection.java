package io.pmboot.control;

/**
 * One end of a control stream. Used on the event loop of its owner only.
 */
public interface ControlConnection {

	/**
	 * Sends a frame after all that were sent before, together with whatever else is sent
	 * in this turn of the event loop. Retains what it keeps of it. Does nothing once the
	 * stream has ended, of which the owner is told by itself.
	 * @param frame the frame
	 */
	void send(Frame frame);

	/** Closes the stream. What was sent before is still written where it can be. */
	void close();

}
