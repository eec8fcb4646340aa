package io.pmboot.ready;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.pmboot.loop.Threads;
import io.pmboot.settings.GroupProperties;
import io.pmboot.socket.UnixHttpClient;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.PrivateConnector.ServedBy;
import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The worker has answered requests that come from itself, so that the first ones from
 * outside do not wait for what is loaded, compiled and connected at first use.
 */
final class WarmUpRequestsCheck implements ReadyCheck {

	private static final Log logger = LogFactory.getLog(WarmUpRequestsCheck.class);

	private final String group;

	private final GroupProperties.WarmUp settings;

	private final PrivateConnector connector;

	private final Path socket;

	private final AtomicLong next = new AtomicLong();

	private final AtomicReference<ReadyCheckException> failure = new AtomicReference<>();

	private final Set<String> refused = ConcurrentHashMap.newKeySet();

	/**
	 * Creates the check.
	 * @param group the group of workers, for messages
	 * @param settings what is requested
	 * @param connector the way into the web server
	 * @param runDirectory where the socket is to be, which nobody else may enter
	 */
	WarmUpRequestsCheck(String group, GroupProperties.WarmUp settings, PrivateConnector connector, Path runDirectory) {
		this.group = group;
		this.settings = settings;
		this.connector = connector;
		// Short: there is room for no longer name than that of the master's sockets.
		this.socket = runDirectory.resolve("w" + ProcessHandle.current().pid());
	}

	@Override
	public void pass(Consumer<String> waiting) throws ReadyCheckException, InterruptedException {
		waiting.accept("warm-up requests to " + String.join(", ", this.settings.paths()));
		long start = System.nanoTime();
		try {
			Closeable opened = this.connector.open(this.socket, ServedBy.REQUEST_THREADS);
			try (opened) {
				request();
			}
		}
		catch (IOException ex) {
			throw new ReadyCheckException(
					"The web server cannot be reached for warm-up requests on %s: %s".formatted(this.socket, ex),
					"See to the cause, or remove pm.groups.%s.warm-up.".formatted(this.group), ex);
		}
		ReadyCheckException failure = this.failure.get();
		if (failure != null) {
			throw failure;
		}
		logger.info(
				"Warm after %d requests in %d ms".formatted(this.next.get(), (System.nanoTime() - start) / 1_000_000));
	}

	private void request() throws InterruptedException {
		long end = (this.settings.duration() != null) ? System.nanoTime() + this.settings.duration().toNanos() : 0;
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < this.settings.concurrency(); i++) {
			threads.add(Threads.start("pm-warm-up-" + i, () -> requestInTurn(end)));
		}
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private void requestInTurn(long end) {
		String path = path(end);
		while (path != null) {
			try (UnixHttpClient client = new UnixHttpClient(this.socket, UnixHttpClient.Bounds.NONE)) {
				do {
					check(path, get(client, path));
					path = path(end);
				}
				while (path != null && client.isOpen());
			}
			catch (IOException ex) {
				fail("failed: " + ex, path, ex);
				path = null;
			}
		}
	}

	private int get(UnixHttpClient client, String path) throws IOException {
		Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		headers.put("User-Agent", List.of("pm-warm-up"));
		this.settings.headers().forEach((name, value) -> headers.put(name, List.of(value)));
		UnixHttpClient.Answer answer = client.send("GET", path, headers, null);
		answer.body().skip(Long.MAX_VALUE);
		return answer.status();
	}

	private @Nullable String path(long end) {
		int paths = this.settings.paths().size();
		if (this.failure.get() != null) {
			return null;
		}
		long number = this.next.getAndIncrement();
		boolean over = (end != 0) ? number >= paths && System.nanoTime() - end >= 0
				: number >= (long) paths * this.settings.requests();
		if (over) {
			this.next.decrementAndGet();
			return null;
		}
		return this.settings.paths().get((int) (number % paths));
	}

	private void check(String path, int status) {
		if (status >= 500) {
			fail("was answered with " + status, path, null);
		}
		else if (status >= 400 && this.refused.add(path)) {
			logger.warn("The warm-up request GET %s is answered with %d: is pm.groups.%s.warm-up right?".formatted(path,
					status, this.group));
		}
	}

	private void fail(String how, @Nullable String path, @Nullable Exception cause) {
		this.failure.compareAndSet(null,
				new ReadyCheckException("The warm-up request GET %s %s.".formatted(path, how),
						"See this worker's log for the cause; or take the path out of pm.groups.%s.warm-up.paths."
							.formatted(this.group),
						cause));
	}

}
