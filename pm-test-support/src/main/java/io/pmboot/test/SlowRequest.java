package io.pmboot.test;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A request that is in flight for a while.
 *
 * @param port where to
 * @param duration for how long
 */
public record SlowRequest(int port, Duration duration) {

	/**
	 * Sends it, on a connection that a worker has accepted before.
	 * @return the answer
	 * @throws RequestFailedException where it cannot be sent
	 */
	public CompletableFuture<HttpAnswer> send() throws RequestFailedException {
		HttpConnection connection = HttpConnection.open(this.port, this.duration.plusSeconds(30));
		connection.get("/before");
		connection.send("GET", "/slow?ms=" + this.duration.toMillis(), Map.of(), "");
		return CompletableFuture.supplyAsync(() -> {
			try (connection) {
				return connection.receive();
			}
			catch (RequestFailedException ex) {
				throw new CompletionException(ex);
			}
		});
	}

}
