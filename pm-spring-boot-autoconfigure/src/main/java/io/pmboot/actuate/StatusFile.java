package io.pmboot.actuate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.pmboot.Master;
import io.pmboot.WorkerInfo;
import io.pmboot.actuate.PmStatus.WorkerStatus;
import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Writes at intervals what each worker is like, a line for each, into a file beside the
 * status file, which then takes its place: whoever reads sees a whole file. The file goes
 * when the master ends in order. A file that cannot be written harms nobody: the next
 * attempt follows after the interval.
 */
public class StatusFile implements SmartLifecycle {

	private static final Duration LAST_WRITE = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(StatusFile.class);

	private final Master master;

	private final Path file;

	private final Duration interval;

	private @Nullable ScheduledThreadPoolExecutor writer;

	private boolean failing;

	private boolean foldersMade;

	/**
	 * Creates the file's writer; nothing is written before {@link #start()}.
	 * @param master the master
	 * @param file the file; folders that are missing are made
	 * @param interval how often it is written
	 */
	public StatusFile(Master master, Path file, Duration interval) {
		this.master = master;
		this.file = file.toAbsolutePath();
		this.interval = interval;
	}

	@Override
	public void start() {
		this.writer = Threads.timer("pm-status-file");
		this.writer.scheduleWithFixedDelay(this::write, 0, this.interval.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void write() {
		try {
			replace(content());
			if (this.failing) {
				logger.info("The status file " + this.file + " is written again");
			}
			this.failing = false;
		}
		catch (IOException | RuntimeException ex) {
			if (!this.failing) {
				logger.warn("The status file %s cannot be written, and is tried again every %d ms: %s"
					.formatted(this.file, this.interval.toMillis(), ex));
			}
			this.failing = true;
		}
	}

	private String content() {
		long pid = this.master.pid();
		return this.master.groups()
			.stream()
			.flatMap((group) -> group.workers().stream())
			.map((worker) -> line(pid, worker))
			.collect(Collectors.joining());
	}

	/**
	 * The master's pid and a colon, the group, the worker's pid, and what the endpoint
	 * tells of the worker, separated by tabs.
	 */
	static String line(long master, WorkerInfo worker) {
		return "%d:\t%s\t%d\t%s%n".formatted(master, worker.group(), worker.pid(),
				RecordMembers.json(RecordMembers.of(WorkerStatus.of(worker))));
	}

	private void replace(String content) throws IOException {
		if (!this.foldersMade) {
			// Once: later it could take the place of a link that is being switched.
			Files.createDirectories(this.file.getParent());
			this.foldersMade = true;
		}
		Path next = this.file.resolveSibling(this.file.getFileName() + ".next");
		// New, so that it is never somebody's link to another file.
		Files.deleteIfExists(next);
		Files.write(next, content.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE_NEW,
				StandardOpenOption.WRITE);
		Files.move(next, this.file, StandardCopyOption.ATOMIC_MOVE);
	}

	@Override
	public void stop() {
		ScheduledThreadPoolExecutor writer = this.writer;
		this.writer = null;
		if (writer == null) {
			return;
		}
		// Without an interrupt, which would leave half a file beside it.
		writer.shutdown();
		try {
			if (writer.awaitTermination(LAST_WRITE.toMillis(), TimeUnit.MILLISECONDS)) {
				Files.deleteIfExists(this.file);
			}
		}
		catch (IOException ex) {
			logger.warn("The status file " + this.file + " of this master could not be removed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.writer != null;
	}

}
