package io.pmboot.actuate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.pmboot.GroupInfo;
import io.pmboot.WorkerState;
import io.pmboot.actuate.LastCounts.Labels;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.loop.Threads;
import io.pmboot.master.InitiatedMaster;
import io.pmboot.master.WorkerActuator;
import io.pmboot.socket.UnixHttpClient;
import io.pmboot.web.PrivateConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;

/**
 * The metrics of all workers, asked for side by side in the moment in which somebody
 * wants them, and the last counts of those that have ended.
 */
class WorkerMetrics {

	/** What is waited for a worker. */
	static final Duration BOUND = Duration.ofSeconds(1);

	/** After which time another worker is asked beside one that has not answered. */
	private static final Duration PACE = Duration.ofMillis(100);

	private static final String ENDPOINT = "prometheus";

	private static final Map<String, List<String>> HEADERS = Map.of("Accept",
			List.of("application/openmetrics-text; version=1.0.0"), "Connection", List.of("close"));

	private static final Log logger = LogFactory.getLog(WorkerMetrics.class);

	private final InitiatedMaster master;

	private final Path runDirectory;

	private final LastCounts last;

	private final Consumer<String> unanswered;

	private final Executor threads = Threads.many("pm-metrics");

	// All at once would take the processors from the requests of users.
	private final Turns lanes = new Turns(Math.max(2, Runtime.getRuntime().availableProcessors()), Integer.MAX_VALUE,
			Duration.ofMinutes(1));

	private final Set<String> told = ConcurrentHashMap.newKeySet();

	/**
	 * Creates it.
	 * @param master the master
	 * @param runDirectory where workers answer
	 * @param unanswered is told the group of each worker that did not answer
	 */
	WorkerMetrics(InitiatedMaster master, Path runDirectory, Consumer<String> unanswered) {
		this.master = master;
		this.runDirectory = runDirectory;
		this.last = new LastCounts(runDirectory);
		this.unanswered = unanswered;
	}

	/**
	 * Adds them to the master's own. Waits for each worker, a second at most from when it
	 * is asked.
	 * @param page the master's own metrics
	 * @param query what of the query is for workers, too
	 */
	void addTo(MetricsPage page, @Nullable String query) {
		List<Asked> asked = new ArrayList<>();
		for (GroupInfo group : this.master.groups()) {
			for (WorkerActuator worker : this.master.actuators(group.name())) {
				asked.add(new Asked(worker, ask(worker, query)));
			}
		}
		List<@Nullable MetricsPage> pages = new ArrayList<>();
		asked.forEach((each) -> pages.add(each.page().join()));
		this.last.use((last) -> add(page, asked, pages, last));
	}

	// Of one moment: whoever has left since has put its counts there before it stopped
	// answering.
	private void add(MetricsPage page, List<Asked> asked, List<@Nullable MetricsPage> pages, LastCounts last) {
		long now = System.nanoTime();
		last.take(now);
		Map<Labels, MetricsPage> living = new LinkedHashMap<>();
		Set<Labels> unknown = new HashSet<>();
		for (int i = 0; i < asked.size(); i++) {
			WorkerActuator worker = asked.get(i).worker();
			Labels labels = labels(worker);
			MetricsPage metrics = pages.get(i);
			if (last.hasLeft(worker.worker().pid(), labels)) {
				continue;
			}
			if (metrics == null) {
				// Its predecessors' counts alone would look as if it began anew.
				unknown.add(labels);
				continue;
			}
			// While it is recycled, two have the same labels.
			living.merge(labels, metrics, (first, other) -> {
				first.sum(other.counts());
				return first;
			});
		}
		living.keySet().removeAll(unknown);
		living.forEach((labels, metrics) -> add(page, labels, metrics, last));
		for (Labels labels : last.expire(living(asked), now)) {
			MetricsPage counts = last.counts(labels);
			if (counts != null && !living.containsKey(labels) && !unknown.contains(labels)) {
				page.add(counts, labels.asMap());
			}
		}
	}

	private void add(MetricsPage page, Labels labels, MetricsPage metrics, LastCounts last) {
		MetricsPage before = last.counts(labels);
		if (before != null) {
			metrics.sum(before);
		}
		List<String> left = page.add(metrics, labels.asMap());
		if (!left.isEmpty() && this.told.add("types " + left)) {
			logger.warn(
					"Metrics of worker %s-%s (generation %s) are left out, because others of the same name are of another type: %s"
						.formatted(labels.group(), labels.index(), labels.generation(), left));
		}
	}

	private static Set<Labels> living(List<Asked> asked) {
		Set<Labels> living = new HashSet<>();
		asked.forEach((each) -> living.add(labels(each.worker())));
		return living;
	}

	private static Labels labels(WorkerActuator worker) {
		return new Labels(worker.worker().group(), Integer.toString(worker.worker().index()),
				Integer.toString(worker.worker().generation()));
	}

	private CompletableFuture<@Nullable MetricsPage> ask(WorkerActuator worker, @Nullable String query) {
		String path = worker.paths().get(ENDPOINT);
		if (path == null) {
			if (!worker.paths().isEmpty() && worker.worker().state() != WorkerState.STARTING) {
				leaveOut(worker, "it does not expose the endpoint (management.endpoints.web.exposure.include)");
			}
			return CompletableFuture.completedFuture(new MetricsPage());
		}
		String target = (query != null) ? path + "?" + query : path;
		return this.lanes.take().thenCompose((taken) -> {
			if (!taken) {
				throw new IllegalStateException("No lane was free");
			}
			CompletableFuture<@Nullable MetricsPage> page = begin(worker, target);
			// The next one goes on beside it, for it may never answer.
			page.copy()
				.orTimeout(PACE.toMillis(), TimeUnit.MILLISECONDS)
				.whenComplete((answer, late) -> this.lanes.giveBack());
			return page;
		}).exceptionally((failure) -> {
			this.unanswered.accept(worker.worker().group());
			return null;
		});
	}

	private CompletableFuture<@Nullable MetricsPage> begin(WorkerActuator worker, String target) {
		try {
			return CompletableFuture.<@Nullable MetricsPage>supplyAsync(() -> metrics(worker, target), this.threads)
				.orTimeout(BOUND.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	private MetricsPage metrics(WorkerActuator worker, String target) {
		Path socket = PrivateConnector.actuatorOf(this.runDirectory, worker.worker().pid());
		try (UnixHttpClient client = new UnixHttpClient(socket, new UnixHttpClient.Bounds(BOUND, BOUND))) {
			UnixHttpClient.Answer answer = client.send("GET", target, HEADERS, null);
			try (InputStream body = answer.body()) {
				if (answer.status() != 200) {
					leaveOut(worker, "it answers with " + answer.status());
					throw new IllegalStateException("No metrics");
				}
				return MetricsPage.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void leaveOut(WorkerActuator worker, String why) {
		if (this.told.add(worker.worker().group() + " " + why)) {
			logger.warn("The metrics of workers of group '%s' are left out of the master's: %s"
				.formatted(worker.worker().group(), why));
		}
	}

	/** Takes the counts of a worker that has ended, also where nobody asks. */
	@EventListener
	void onExited(WorkerExitedEvent event) {
		this.threads.execute(() -> this.last.use((last) -> last.take(System.nanoTime())));
	}

	private record Asked(WorkerActuator worker, CompletableFuture<@Nullable MetricsPage> page) {
	}

}
