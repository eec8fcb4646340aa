package io.pmboot.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.pmboot.web.PrivateConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What workers that have ended had counted. Each has left it in a file of the run
 * directory when it had drained; from here on it is kept in memory: as long as a worker
 * lives that has the same labels, whose counts it is added to, and for ten minutes more,
 * so that nothing is lost to whoever sums it.
 */
final class LastCounts {

	/** How long they are kept of labels that no living worker has. */
	static final Duration KEPT = Duration.ofMinutes(10);

	/** How much of them is kept, in characters; the oldest go first. */
	private static final int MAX_SIZE = 32 * 1024 * 1024;

	private static final Log logger = LogFactory.getLog(LastCounts.class);

	private final Path runDirectory;

	/** The oldest first. */
	private final Map<Labels, Kept> kept = new LinkedHashMap<>();

	private final Map<Long, Labels> pids = new HashMap<>();

	/**
	 * Forgets what an earlier master's workers have left.
	 */
	LastCounts(Path runDirectory) {
		this.runDirectory = runDirectory;
		files().forEach(LastCounts::delete);
	}

	/**
	 * Has somebody use them alone, as everything else here has to be called.
	 * @param user uses them
	 */
	synchronized void use(Consumer<LastCounts> user) {
		user.accept(this);
	}

	/**
	 * Takes what has been left since the last time.
	 * @param now by {@link System#nanoTime()}
	 */
	void take(long now) {
		for (Path file : files()) {
			try {
				add(file, Files.readString(file, StandardCharsets.UTF_8), now);
			}
			catch (IOException ex) {
				logger.warn("The last counts of a worker are lost: " + ex);
			}
			delete(file);
		}
		limit();
	}

	private void limit() {
		int size = this.kept.values().stream().mapToInt((each) -> each.counts().size()).sum();
		for (Iterator<Kept> oldest = this.kept.values().iterator(); size > MAX_SIZE && oldest.hasNext();) {
			size -= oldest.next().counts().size();
			oldest.remove();
		}
		this.pids.values().retainAll(this.kept.keySet());
	}

	private void add(Path file, String text, long now) {
		String[] head = text.substring(0, Math.max(0, text.indexOf('\n'))).split(" ");
		if (head.length != 4) {
			logger.warn("The last counts of a worker are lost: %s does not say whose they are".formatted(file));
			return;
		}
		Labels labels = new Labels(head[1], head[2], head[3]);
		MetricsPage counts = MetricsPage.parse(text).counts();
		Kept before = this.kept.remove(labels);
		if (before != null) {
			counts.sum(before.counts());
		}
		this.kept.put(labels, new Kept(counts, now));
		this.pids.put(PrivateConnector.pidOfCounts(file), labels);
	}

	/** Whether a worker has left its last counts. */
	boolean hasLeft(long pid, Labels labels) {
		return labels.equals(this.pids.get(pid));
	}

	/** The counts that workers with these labels have left, if there are any. */
	@Nullable MetricsPage counts(Labels labels) {
		Kept counts = this.kept.get(labels);
		return (counts != null) ? counts.counts() : null;
	}

	/**
	 * Forgets what is too old.
	 * @param living the labels of the workers that live
	 * @param now by {@link System#nanoTime()}
	 * @return the labels of what is left
	 */
	Set<Labels> expire(Set<Labels> living, long now) {
		living.forEach((labels) -> this.kept.computeIfPresent(labels, (same, old) -> new Kept(old.counts(), now)));
		this.kept.values().removeIf((old) -> now - old.since() > KEPT.toNanos());
		this.pids.values().retainAll(this.kept.keySet());
		return Set.copyOf(this.kept.keySet());
	}

	private List<Path> files() {
		List<Path> files = new ArrayList<>();
		try (DirectoryStream<Path> all = Files.newDirectoryStream(this.runDirectory, PrivateConnector.COUNTS)) {
			all.forEach(files::add);
		}
		catch (IOException ex) {
			logger.warn("The last counts of workers cannot be read: " + ex);
		}
		return files;
	}

	private static void delete(Path file) {
		try {
			Files.deleteIfExists(file);
		}
		catch (IOException ex) {
			logger.warn("The last counts of a worker cannot be removed: " + ex);
		}
	}

	/**
	 * By what the metrics of workers are told apart.
	 *
	 * @param group the group
	 * @param index the slot
	 * @param generation the generation
	 */
	record Labels(String group, String index, String generation) {

		Map<String, String> asMap() {
			Map<String, String> labels = new LinkedHashMap<>();
			labels.put("group", this.group);
			labels.put("index", this.index);
			labels.put("generation", this.generation);
			return labels;
		}

	}

	private record Kept(MetricsPage counts, long since) {
	}

}
