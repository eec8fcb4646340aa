package io.pmboot.web;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

import io.pmboot.socket.PrivateSocket;

import org.springframework.boot.web.server.WebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * A way into this process's web server that nobody else has but its user, by a unix
 * socket. In a worker, what comes by it goes through the whole application, and is not
 * counted among what it serves.
 */
public interface PrivateConnector {

	/** The attribute that a request has which came by this way. */
	String REQUEST_ATTRIBUTE = "io.pmboot.private";

	/** Matches the names of files in which workers leave what they have counted. */
	String COUNTS = "counts-[0-9]*";

	/**
	 * Whether the web server is of the kind that this is for; known once the server has
	 * been made.
	 * @return whether it is
	 */
	boolean isInUse();

	/**
	 * Where a worker's Actuator answers.
	 * @param runDirectory the master's run directory
	 * @param pid the worker's process
	 * @return the path of the socket
	 */
	static Path actuatorOf(Path runDirectory, long pid) {
		// Short: there is room for no longer name than that of the master's sockets.
		return runDirectory.resolve("m" + pid);
	}

	/**
	 * Where a worker leaves what it has counted.
	 * @param runDirectory the master's run directory
	 * @param pid the worker's process
	 * @return the path of the file, one of those that {@link #COUNTS} matches
	 */
	static Path countsOf(Path runDirectory, long pid) {
		return runDirectory.resolve("counts-" + pid);
	}

	/**
	 * The worker that has left such a file.
	 * @param file the file
	 * @return its process
	 */
	static long pidOfCounts(Path file) {
		return Long.parseLong(file.getFileName().toString().substring("counts-".length()));
	}

	/**
	 * Lets the server, which has to be in use, answer plain HTTP/1.1 on a unix socket,
	 * too.
	 * @param socket the path; what a process has left there that is gone is removed
	 * @param threads who serves what comes by it, where the server has threads for
	 * requests
	 * @return the socket, which can be opened once the server runs
	 * @throws IOException where the server cannot
	 */
	Opened open(Path socket, ServedBy threads) throws IOException;

	/**
	 * Whether a request came by this way.
	 * @param request the request as the server knows it
	 * @return whether it did
	 */
	boolean brought(Object request);

	/**
	 * Who serves what comes by such a way.
	 */
	enum ServedBy {

		/** The threads that serve requests from outside. */
		REQUEST_THREADS,

		/** A few of its own: it answers, too, when requests hold all others. */
		OWN_THREADS;

		/** How many of its own there are at most. */
		public static final int OWN_COUNT = 8;

	}

	/**
	 * A way into a web server that is the master's alone, or that of an Actuator, which
	 * makes the server ready for it.
	 *
	 * @param <F> what makes servers of this kind
	 */
	interface OfServer<F extends WebServerFactory> extends PrivateConnector, WebServerFactoryCustomizer<F> {

	}

	/**
	 * A socket on which the server answers. To be closed before the server ends.
	 *
	 * @param socket the socket
	 * @param server ends the server's part
	 */
	record Opened(PrivateSocket socket, Closeable server) implements Closeable {

		@Override
		public void close() throws IOException {
			try {
				this.server.close();
			}
			finally {
				this.socket.close();
			}
		}

	}

}
