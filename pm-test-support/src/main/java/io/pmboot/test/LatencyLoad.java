package io.pmboot.test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A load from a terminal: clients that ask a short question every 10 ms, each time on a
 * connection of its own, until a file appears. Prints how many answers there were, and of
 * their latencies the 99th percentile and the worst, in microseconds; fails where a
 * request did.
 */
public final class LatencyLoad {

	private static final Duration PAUSE = Duration.ofMillis(10);

	private LatencyLoad() {
	}

	/**
	 * Runs the load.
	 * @param args the port, the number of clients and the file
	 * @throws Exception where the load cannot be run
	 */
	public static void main(String[] args) throws Exception {
		int port = Integer.parseInt(args[0]);
		Path end = Path.of(args[2]);
		Queue<Long> nanos = new ConcurrentLinkedQueue<>();
		try (LoadClient load = LoadClient.on(port)) {
			load.add(LoadKind.CONNECTION_PER_REQUEST, Integer.parseInt(args[1]), PAUSE,
					(number) -> new Timed(new HttpClient(HttpConnection.to(port), true, Duration.ZERO), nanos));
			load.start();
			while (!Files.exists(end)) {
				Thread.sleep(PAUSE.toMillis());
			}
			LoadResult result = load.stop();
			if (result.failureCount() > 0) {
				throw new IllegalStateException(result.toString());
			}
		}
		long[] micros = nanos.stream().mapToLong((each) -> each / 1000).sorted().toArray();
		System.out.printf("%d %d %d%n", micros.length, micros[(int) (micros.length * 0.99)], micros[micros.length - 1]);
	}

	/**
	 * A client whose latencies are kept.
	 *
	 * @param client the client
	 * @param nanos the latencies
	 */
	private record Timed(Client client, Queue<Long> nanos) implements Client {

		@Override
		public void act(String id) throws RequestFailedException {
			long begin = System.nanoTime();
			this.client.act(id);
			this.nanos.add(System.nanoTime() - begin);
		}

		@Override
		public void disconnect() {
			this.client.disconnect();
		}

	}

}
