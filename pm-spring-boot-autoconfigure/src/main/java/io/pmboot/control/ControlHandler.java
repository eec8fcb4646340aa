package io.pmboot.control;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.netty.channel.unix.FileDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * What the master does with what arrives at its control socket. Every method is called on
 * the event loop of the {@link ControlServer}.
 */
public interface ControlHandler {

	/**
	 * Whether this process may speak at all: it was forked by this master and lives.
	 * Nothing is read of the connection before the answer.
	 * @param pid the peer, as the kernel names it
	 * @return the answer, perhaps once a fork that is under way has ended
	 */
	CompletionStage<Boolean> admits(long pid);

	/**
	 * A worker opened its control stream, with a valid {@link Frame.Hello}.
	 * @param pid the worker
	 * @param connection the stream
	 */
	void connected(long pid, ControlConnection connection);

	/**
	 * A worker sent a frame.
	 * @param pid the worker
	 * @param frame the frame, one that a worker may send in its stream; another ends that
	 * stream
	 */
	void received(long pid, Frame frame);

	/**
	 * A control stream that was {@link #connected} has ended.
	 * @param pid the worker
	 * @param fault what was wrong with what it sent, or {@code null} for an ordinary end
	 */
	void disconnected(long pid, @Nullable String fault);

	/**
	 * The listeners to pass to a worker that asks for them.
	 * @param pid the worker
	 * @return the descriptors in the order of {@link Frame.Welcome#listeners()}; they
	 * stay the master's
	 */
	List<FileDescriptor> listeners(long pid);

}
