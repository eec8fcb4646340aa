package io.pmboot.test;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/**
 * Clients on raw sockets that see every failure: a request is sent once, and its answer
 * has to be whole and the one asked for. A keep-alive client that was told
 * {@code Connection: close} opens another connection; that is no failure.
 */
public final class LoadClient implements AutoCloseable {

	/**
	 * Between two requests of a client, so that JVMs that start get their share of the
	 * CPU.
	 */
	private static final Duration PAUSE = Duration.ofMillis(50);

	private static final Duration MAX_LIFE = Duration.ofMinutes(30);

	private final List<HttpConnection.Opener> openers;

	private final LoadTally tally = new LoadTally();

	private final CountDownLatch stop = new CountDownLatch(1);

	private final List<Thread> threads = new ArrayList<>();

	private final Set<LoadKind> kinds = EnumSet.noneOf(LoadKind.class);

	private LoadClient(List<HttpConnection.Opener> openers) {
		this.openers = openers;
	}

	/**
	 * A load without clients yet.
	 * @param ports the ports, over which the clients are spread
	 * @return the load
	 */
	public static LoadClient on(int... ports) {
		return new LoadClient(Arrays.stream(ports).mapToObj(HttpConnection::to).toList());
	}

	/**
	 * A load on a unix socket, without clients yet.
	 * @param path its path
	 * @return the load
	 */
	public static LoadClient on(Path path) {
		return new LoadClient(List.of((timeout) -> HttpConnection.open(path)));
	}

	public LoadClient connectionPerRequest(int clients) {
		return add(LoadKind.CONNECTION_PER_REQUEST, clients, Duration.ZERO, PAUSE);
	}

	public LoadClient keepAlive(int clients) {
		return add(LoadKind.KEEP_ALIVE, clients, Duration.ZERO, PAUSE);
	}

	public LoadClient slow(int clients, Duration each) {
		return add(LoadKind.SLOW, clients, each, PAUSE);
	}

	public LoadClient pausing(int clients, Duration pause) {
		return add(LoadKind.PAUSING, clients, Duration.ZERO, pause);
	}

	private LoadClient add(LoadKind kind, int clients, Duration slow, Duration pause) {
		return add(kind, clients, pause, (number) -> {
			boolean closing = kind == LoadKind.CONNECTION_PER_REQUEST || (kind == LoadKind.SLOW && number % 2 == 0);
			return new HttpClient(this.openers.get(number % this.openers.size()), closing, slow);
		});
	}

	/**
	 * Adds clients.
	 * @param kind what they are counted as
	 * @param clients how many
	 * @param client makes each, given its number
	 * @return this
	 */
	public LoadClient add(LoadKind kind, int clients, IntFunction<Client> client) {
		return add(kind, clients, PAUSE, client);
	}

	/**
	 * Adds clients.
	 * @param kind what they are counted as
	 * @param clients how many
	 * @param pause how long each waits between two requests
	 * @param client makes each, given its number
	 * @return this
	 */
	LoadClient add(LoadKind kind, int clients, Duration pause, IntFunction<Client> client) {
		this.kinds.add(kind);
		for (int i = 0; i < clients; i++) {
			Thread thread = new Thread(new LoadThread(kind, i, client.apply(i), pause, MAX_LIFE, this.stop, this.tally),
					"load-" + kind + "-" + i);
			thread.setDaemon(true);
			this.threads.add(thread);
		}
		return this;
	}

	public LoadClient start() {
		this.threads.forEach(Thread::start);
		return this;
	}

	/**
	 * Waits until each kind of client has had so many more answers.
	 * @param more how many more, all clients of a kind together
	 * @throws InterruptedException when interrupted
	 */
	public void awaitAnswers(long more) throws InterruptedException {
		for (LoadKind kind : this.kinds) {
			if (!this.tally.await(kind, more, Duration.ofSeconds(60))) {
				throw new AssertionError(kind + " clients get no answers: " + this.tally.result());
			}
		}
	}

	/**
	 * Lets every client finish the request it is at.
	 * @return what the load came to
	 * @throws InterruptedException when interrupted
	 */
	public LoadResult stop() throws InterruptedException {
		this.stop.countDown();
		for (Thread thread : this.threads) {
			thread.join(2 * LoadThread.TIMEOUT.toMillis());
			if (thread.isAlive()) {
				throw new AssertionError(thread.getName() + " does not end");
			}
		}
		return this.tally.result();
	}

	@Override
	public void close() {
		this.stop.countDown();
	}

}
