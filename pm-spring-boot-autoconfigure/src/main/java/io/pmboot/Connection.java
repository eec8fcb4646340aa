package io.pmboot;

import java.nio.channels.SocketChannel;

/**
 * A connection that a {@link ConnectionHandler} serves. Every method may be called on any
 * thread.
 *
 * @since 0.1
 */
public interface Connection {

	/**
	 * The accepted connection, in blocking mode. One thread may read while another
	 * writes: with the channel itself, or by the streams of its {@code socket()}; not by
	 * those of {@link java.nio.channels.Channels}, where before Java 19 a write waits for
	 * the read that is under way.
	 * @return the channel
	 */
	SocketChannel channel();

	/**
	 * The listener that it was accepted on.
	 * @return the listen address as the status of the group shows it, such as
	 * {@code 7000} or {@code 127.0.0.1:7000}
	 */
	String listener();

	/**
	 * Whether the worker drains, so that this connection is to come to its end.
	 * @return whether it drains
	 */
	boolean isDraining();

	/**
	 * Has the handler told when the worker begins to drain, be it in a reload or a stop:
	 * the action asks the peer to finish, by whatever its protocol has for that, or makes
	 * the handler return, while the handler may be blocked in a read. What the peer sends
	 * before it has heard of it is still to be answered, so that a handler usually reads
	 * on to the end of the stream.
	 * <p>
	 * Called once, on a thread of its own, which may block; at once where the worker
	 * drains already; not at all where the connection is closed before. What it throws is
	 * logged.
	 * @param action what to do
	 */
	void onDrain(Runnable action);

}
