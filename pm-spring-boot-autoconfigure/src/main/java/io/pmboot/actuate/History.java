package io.pmboot.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.pmboot.ExitKind;
import io.pmboot.ReloadInfo;
import io.pmboot.RestartReason;
import io.pmboot.WorkerInfo;
import io.pmboot.event.GiveupEvent;
import io.pmboot.event.ReloadFinishedEvent;
import io.pmboot.event.WorkerExitedEvent;
import io.pmboot.event.WorkerHungEvent;
import io.pmboot.event.WorkerRestartEvent;
import io.pmboot.event.WorkerUnfitEvent;
import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.event.EventListener;

/**
 * What happened in the last days beside what was asked for: exits, hangs, reloads and
 * starts of the master. Kept in a file, a line for each, so that the next master knows it
 * as well; one that cannot be written is told once, and what it lacks is kept in memory.
 * A master that is killed loses what it was about to write.
 */
class History implements DisposableBean {

	static final int MAX_ENTRIES = 1000;

	static final Duration MAX_AGE = Duration.ofDays(7);

	/** How much of a worker's last output is kept. */
	private static final int OUTPUT_LINES = 10;

	/** How many characters of each of these lines. */
	private static final int MAX_LINE = 300;

	private static final Duration LAST_WRITE = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(History.class);

	private final Path file;

	private final long pid;

	private final Clock clock;

	private final Deque<Entry> entries = new ArrayDeque<>();

	/** How many of the newest entries the file lacks. */
	private int unwritten;

	/** How many lines the file has, or {@code null} where it is to be written anew. */
	private @Nullable Integer lines;

	private boolean failing;

	private final ThreadPoolExecutor writer = Threads.few("pm-history", 1);

	/**
	 * Takes up what earlier masters have left. Blocks.
	 * @param file the file, in a folder that exists and that nobody else may enter
	 * @param pid this master's process id
	 */
	History(Path file, long pid, Clock clock) {
		this.file = file;
		this.pid = pid;
		this.clock = clock;
		read();
		add("MASTER_STARTED", null, clock.instant(), Map.of("pid", pid));
	}

	private void read() {
		try {
			// A line that was cut within a character is passed over like any other.
			new String(Files.readAllBytes(this.file), StandardCharsets.UTF_8).lines()
				.map(Entry::parse)
				.filter(Objects::nonNull)
				.forEach(this.entries::addLast);
		}
		catch (NoSuchFileException ex) {
			// The first master here.
		}
		catch (IOException ex) {
			logger.warn("What earlier masters have left in %s cannot be read, and is not known: %s".formatted(this.file,
					ex));
		}
		prune();
	}

	@EventListener
	void onExit(WorkerExitedEvent exit) {
		if (exit.kind() == ExitKind.REQUESTED) {
			return;
		}
		Map<String, Object> members = worker(exit.worker());
		members.put("kind", exit.kind());
		members.put("code", exit.status().code());
		members.put("reason", String.valueOf(exit.worker().reason()));
		List<String> output = exit.lastOutput();
		members.put("lastOutput",
				output.subList(Math.max(0, output.size() - OUTPUT_LINES), output.size())
					.stream()
					.map((line) -> line.substring(0, Math.min(line.length(), MAX_LINE)))
					.toList());
		add("EXIT", exit.worker().group(), exit.worker().since(), members);
	}

	@EventListener
	void onHang(WorkerHungEvent hung) {
		symptom("HUNG", hung.worker(), hung.symptom());
	}

	@EventListener
	void onUnfit(WorkerUnfitEvent unfit) {
		symptom("UNFIT", unfit.worker(), unfit.symptom());
	}

	@EventListener
	void onRestart(WorkerRestartEvent restart) {
		// What an operator asked for is no news, and who is unfit has been told of.
		if (restart.reason() != RestartReason.OPERATOR && restart.reason() != RestartReason.UNFIT) {
			String failure = (restart.failure() != null) ? "; its successor failed: " + restart.failure() : "";
			symptom("RECYCLED", restart.worker(), restart.why() + failure);
		}
	}

	private void symptom(String what, WorkerInfo worker, String symptom) {
		Map<String, Object> members = worker(worker);
		members.put("reason", symptom);
		add(what, worker.group(), this.clock.instant(), members);
	}

	private static Map<String, Object> worker(WorkerInfo worker) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("index", worker.index());
		members.put("generation", worker.generation());
		members.put("pid", worker.pid());
		return members;
	}

	@EventListener
	void onGiveup(GiveupEvent giveup) {
		add("GIVEN_UP", giveup.group(), this.clock.instant(),
				Map.of("fatalExits", giveup.fatalExits().size(), "pauseMillis", giveup.pause().toMillis()));
	}

	@EventListener
	void onReload(ReloadFinishedEvent finished) {
		ReloadInfo reload = finished.reload();
		Map<String, Object> members = RecordMembers.of(reload);
		// They are many, and what they tell of a failure is in the cause.
		members.keySet().removeAll(List.of("group", "steps"));
		add("RELOAD", reload.group(), (reload.endedAt() != null) ? reload.endedAt() : this.clock.instant(), members);
	}

	private void add(String what, @Nullable String group, Instant at, Map<String, ?> members) {
		Map<String, Object> all = new LinkedHashMap<>();
		all.put("at", at);
		all.put("what", what);
		if (group != null) {
			all.put("group", group);
		}
		all.putAll(members);
		synchronized (this) {
			this.entries.addLast(new Entry(at, (group != null) ? group : "", RecordMembers.json(all)));
			this.unwritten++;
			prune();
		}
		try {
			// One that waits writes all.
			if (this.writer.getQueue().isEmpty()) {
				this.writer.execute(this::write);
			}
		}
		catch (RejectedExecutionException ex) {
			// The process ends, or has no thread left.
		}
	}

	private synchronized void prune() {
		Instant oldest = this.clock.instant().minus(MAX_AGE);
		while (this.entries.size() > MAX_ENTRIES
				|| (!this.entries.isEmpty() && this.entries.getFirst().at.isBefore(oldest))) {
			this.entries.removeFirst();
		}
		this.unwritten = Math.min(this.unwritten, this.entries.size());
	}

	private void write() {
		int before = (this.lines != null && Files.exists(this.file)) ? this.lines : Integer.MAX_VALUE;
		boolean anew = before > MAX_ENTRIES;
		List<Entry> due = due(anew);
		this.lines = null;
		try {
			if (anew) {
				Path next = this.file.resolveSibling(this.file.getFileName() + ".next");
				Files.write(next, text(due));
				Files.move(next, this.file, StandardCopyOption.ATOMIC_MOVE);
			}
			else {
				Files.write(this.file, text(due), StandardOpenOption.APPEND);
			}
			this.lines = due.size() + (anew ? 0 : before);
			this.failing = false;
		}
		catch (IOException ex) {
			if (!this.failing) {
				logger.warn("The history cannot be written to %s, and is kept in memory: %s".formatted(this.file, ex));
			}
			this.failing = true;
		}
	}

	private synchronized List<Entry> due(boolean all) {
		List<Entry> due = new ArrayList<>(this.entries);
		int written = due.size() - this.unwritten;
		this.unwritten = 0;
		return all ? due : due.subList(written, due.size());
	}

	private static byte[] text(List<Entry> entries) {
		return entries.stream().map(Entry::line).collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * What happened, the newest first.
	 * @param group to which group, or {@code null} for all
	 */
	synchronized JsonReply reply(@Nullable String group) {
		prune();
		List<String> newestFirst = new ArrayList<>();
		this.entries.descendingIterator().forEachRemaining((entry) -> {
			if (group == null || entry.group.equals(group)) {
				newestFirst.add(entry.json);
			}
		});
		return JsonReply.of(newestFirst.stream().collect(Collectors.joining(",", "{\"history\":[", "]}")));
	}

	@Override
	public void destroy() throws InterruptedException {
		add("MASTER_STOPPED", null, this.clock.instant(), Map.of("pid", this.pid));
		this.writer.shutdown();
		this.writer.awaitTermination(LAST_WRITE.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * One thing that happened.
	 *
	 * @param at when
	 * @param group to which group, or empty
	 * @param json all of it
	 */
	private record Entry(Instant at, String group, String json) {

		static @Nullable Entry parse(String line) {
			String[] parts = line.split("\t", 3);
			try {
				// One that a master was killed in is not whole.
				return (parts.length == 3 && parts[2].endsWith("}"))
						? new Entry(Instant.parse(parts[0]), parts[1], parts[2]) : null;
			}
			catch (DateTimeParseException ex) {
				return null;
			}
		}

		String line() {
			return "%s\t%s\t%s\n".formatted(this.at, this.group, this.json);
		}

	}

}
