package io.pmboot.web;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.socket.BoundListener;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.WebServer;

/**
 * A web server on shared listeners, as a worker has it; two of them in this JVM stand for
 * two workers. Answers with its name; {@code /hold} and {@code /async} only when
 * released, {@code /body} with what was sent, {@code /slow} after 300 ms, {@code /port}
 * with the local port, {@code /events} with numbered events until the client is gone.
 */
public interface ServerWorker extends AutoCloseable {

	/** Begins to accept. */
	void open();

	CompletionStage<Void> drain(DrainReason reason);

	void hasten(DrainReason reason);

	Serving serving();

	/**
	 * Its application refuses traffic, or accepts it again.
	 * @param refusing whether it refuses
	 */
	void refuse(boolean refusing);

	/**
	 * What its drain says of acceptors.
	 * @return how many there are, or {@code null}
	 */
	@Nullable Integer acceptors();

	WebServer server();

	PrivateConnector privateConnector();

	/**
	 * How many requests for {@code /hold} and {@code /async} have come.
	 * @return the number
	 */
	int held();

	/** Answers those, and all to come. */
	void release();

	/**
	 * Waits until {@code /events} has learned that its client is gone.
	 * @throws InterruptedException when interrupted
	 */
	void awaitEndOfEvents() throws InterruptedException;

	@Override
	void close() throws IOException;

	/** Makes them. */
	interface Factory {

		/**
		 * Starts a server that does not accept yet.
		 * @param name what it answers
		 * @param listeners its listeners
		 * @param features what else it has
		 * @return the server
		 * @throws IOException where a listener cannot be adopted
		 */
		ServerWorker start(String name, List<? extends BoundListener> listeners, Set<ServerFeature> features)
				throws IOException;

	}

}
