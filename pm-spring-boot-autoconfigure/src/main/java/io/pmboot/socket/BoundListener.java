package io.pmboot.socket;

import java.io.Closeable;
import java.io.IOException;

import io.netty.channel.unix.Socket;

/**
 * A listening socket of the master, which binds it once, accepts nothing on it and passes
 * its descriptor to workers. While workers share it, it is only closed: to shut it down
 * ends it for every process that holds it.
 */
public sealed interface BoundListener extends Closeable permits SharedListener, UnixListener {

	/**
	 * What is passed to a worker.
	 * @return the descriptor, owned by this listener
	 */
	Socket descriptor();

	/**
	 * Ends the socket for every process that holds it, and closes it. Nothing is left of
	 * it where something that a worker has started, and which inherited it unawares,
	 * outlives the worker.
	 * @throws IOException where something of it is left
	 */
	default void end() throws IOException {
		if (descriptor().isOpen()) {
			try {
				descriptor().shutdown();
			}
			finally {
				close();
			}
		}
	}

	/**
	 * Closes the master's own descriptor; a process to which it was passed goes on with
	 * its own. Does nothing when closed already.
	 * @throws IOException where something of it is left
	 */
	@Override
	void close() throws IOException;

}
