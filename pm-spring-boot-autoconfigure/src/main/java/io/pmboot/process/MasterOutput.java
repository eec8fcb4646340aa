package io.pmboot.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.pmboot.loop.Threads;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A standard stream of the master that never blocks whoever writes to it: a thread of its
 * own hands on what waits in memory. Where the memory that it may take is full, the
 * master's own lines are lost and counted; workers wait, or lose theirs as well. What is
 * written while this JVM ends is waited for, for a bounded time.
 */
public final class MasterOutput implements JvmLauncher.Sink {

	/** How long a write may take until the output is called blocked. */
	public static final Duration PATIENCE = Duration.ofSeconds(5);

	static final int CAPACITY = 1024 * 1024;

	/** The rest is for the master's own lines. */
	private static final int WORKERS_CAPACITY = CAPACITY / 2;

	private static final Duration LAST_LINES = Duration.ofSeconds(2);

	private static final Log logger = LogFactory.getLog(MasterOutput.class);

	private static @Nullable MasterOutput current;

	private static volatile @Nullable OutputFile errorFile;

	private final @Nullable OutputFile file;

	private final PrintStream stream;

	private final Duration patience;

	// These two: of the thread that writes.
	private OutputStream target;

	private boolean betweenLines = true;

	// All below: guarded by the waiting chunks.
	private final Deque<byte[]> chunks = new ArrayDeque<>();

	/** Of the chunks and of what is being written, in bytes. */
	private int waiting;

	private boolean started;

	private boolean dropping;

	private boolean stopping;

	/** Since that was told last. */
	private long lost;

	private long allLost;

	private @Nullable Instant lostSince;

	private @Nullable Instant writingSince;

	private long writingSinceNanos;

	private long flushUntil;

	private boolean ending;

	MasterOutput(OutputStream target, @Nullable OutputFile file, Charset charset, Duration patience) {
		this.target = target;
		this.file = file;
		this.patience = patience;
		this.stream = new PrintStream(new Entry(), true, charset);
	}

	/**
	 * Puts itself in the place of standard output and standard error of this JVM. Has no
	 * effect where it is there already.
	 */
	public static synchronized void install() {
		if (current != null && System.out == current.stream) {
			return;
		}
		errorFile = OutputFile.of(2);
		MasterOutput error = new MasterOutput(System.err, errorFile, charset("stderr.encoding"), PATIENCE);
		current = new MasterOutput(System.out, OutputFile.of(1), charset("stdout.encoding"), PATIENCE);
		System.setErr(error.stream);
		System.setOut(current.stream);
		flushAtExit(error);
		flushAtExit(current);
	}

	/**
	 * The standard output of this master.
	 * @return the one that is installed, otherwise one that leads to {@link System#out}
	 */
	public static synchronized MasterOutput current() {
		return (current != null) ? current : new MasterOutput(System.out, null, charset("stdout.encoding"), PATIENCE);
	}

	/**
	 * Standard error, past what waits and whoever is blocked in it.
	 * @return writes a line, also where there is no memory left
	 */
	static Consumer<byte[]> directError() {
		OutputStream descriptor = new FileOutputStream(FileDescriptor.err);
		return (line) -> {
			OutputStream target = null;
			try {
				OutputFile file = errorFile;
				target = (file != null) ? file.current(line.length) : null;
			}
			catch (OutOfMemoryError ex) {
				// The descriptor needs none.
			}
			try {
				((target != null) ? target : descriptor).write(line);
			}
			catch (IOException ex) {
				// Nobody is there to be told.
			}
		};
	}

	private static void flushAtExit(MasterOutput output) {
		Runtime.getRuntime().addShutdownHook(Threads.daemon("pm-last-output", output::end));
	}

	// As the JDK chooses it for its own streams: by these where it is a terminal.
	private static Charset charset(String property) {
		String name = System.getProperty(property, System.getProperty("sun." + property));
		return (name != null) ? Charset.forName(name) : Charset.defaultCharset();
	}

	/**
	 * What may be written to at any time, by any thread.
	 * @return the stream, which never blocks while this JVM does not end
	 */
	PrintStream stream() {
		return this.stream;
	}

	/**
	 * Lets the lines of workers be dropped, rather than waited for, while the output is
	 * blocked.
	 * @param drop whether they are
	 */
	public void dropWhenBlocked(boolean drop) {
		synchronized (this.chunks) {
			this.dropping = drop;
		}
	}

	/** As {@link #dropWhenBlocked}, and sooner: the workers are to end. */
	public void stopWaiting() {
		synchronized (this.chunks) {
			this.stopping = true;
			this.chunks.notifyAll();
		}
	}

	/**
	 * Since when nobody takes the output.
	 * @return since when, or {@code null} where it is taken, or has waited for less than
	 * 5 seconds
	 */
	public @Nullable Instant blockedSince() {
		synchronized (this.chunks) {
			return blocked(this.patience) ? this.writingSince : null;
		}
	}

	@Override
	public void write(byte[] lines, int length, BooleanSupplier alive) {
		synchronized (this.chunks) {
			while (this.waiting + length > WORKERS_CAPACITY && this.waiting > 0) {
				// In a stop a worker that waits could not end in good order.
				Duration patience = this.stopping ? this.patience.dividedBy(5) : this.patience;
				boolean drops = this.stopping || this.dropping || !alive.getAsBoolean();
				if ((drops && blocked(patience)) || !await(patience.toMillis())) {
					lose(lines, 0, length);
					return;
				}
			}
		}
		// Behind its lock, so that no line of the master is cut in two.
		this.stream.write(lines, 0, length);
	}

	/**
	 * How many lines have been lost, because nobody took them. May be called on any
	 * thread.
	 * @return the number since the start
	 */
	public long lost() {
		synchronized (this.chunks) {
			return this.allLost;
		}
	}

	private boolean blocked(Duration patience) {
		return this.writingSince != null && System.nanoTime() - this.writingSinceNanos >= patience.toNanos();
	}

	private void lose(byte[] bytes, int offset, int length) {
		long lines = 0;
		for (int i = offset; i < offset + length; i++) {
			if (bytes[i] == '\n') {
				lines++;
			}
		}
		this.lost += Math.max(1, lines);
		this.allLost += Math.max(1, lines);
		this.lostSince = (this.lostSince != null) ? this.lostSince : Instant.now();
	}

	private boolean await(long millis) {
		try {
			this.chunks.wait(millis);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private void enter(byte[] bytes, int offset, int length) {
		synchronized (this.chunks) {
			if (this.waiting > 0 && this.waiting + length > CAPACITY) {
				lose(bytes, offset, length);
				return;
			}
			this.chunks.add(Arrays.copyOfRange(bytes, offset, offset + length));
			this.waiting += length;
			start();
			this.chunks.notifyAll();
			if (this.ending) {
				awaitWritten();
			}
		}
	}

	private void start() {
		if (!this.started) {
			try {
				Threads.start("pm-output", this::run);
				this.started = true;
			}
			catch (RejectedExecutionException ex) {
				// Whoever writes next tries again; this one has no other thread to lose.
			}
		}
	}

	// Nothing ends it: nobody would hand on what waits.
	private void run() {
		while (true) {
			try {
				next();
			}
			catch (Throwable ex) {
				// What it failed for is lost; there is no other place to say so.
				synchronized (this.chunks) {
					this.lost++;
					this.allLost++;
				}
			}
		}
	}

	private void next() throws IOException, InterruptedException {
		byte[] chunk;
		boolean last;
		synchronized (this.chunks) {
			while (this.chunks.isEmpty()) {
				this.chunks.wait();
			}
			chunk = this.chunks.remove();
			last = this.chunks.isEmpty();
			this.writingSince = Instant.now();
			this.writingSinceNanos = System.nanoTime();
		}
		try {
			write(chunk, last);
		}
		finally {
			synchronized (this.chunks) {
				this.writingSince = null;
				this.waiting -= chunk.length;
				this.chunks.notifyAll();
			}
		}
		tellOfLoss();
	}

	private void write(byte[] chunk, boolean flush) throws IOException {
		OutputStream renewed = (this.file != null && this.betweenLines) ? this.file.current(chunk.length) : null;
		if (renewed != null) {
			this.target = renewed;
		}
		this.betweenLines = chunk[chunk.length - 1] == '\n';
		this.target.write(chunk, 0, chunk.length);
		if (flush) {
			this.target.flush();
		}
	}

	private void tellOfLoss() throws IOException {
		String loss;
		boolean ending;
		synchronized (this.chunks) {
			if (this.lost == 0 || this.waiting > WORKERS_CAPACITY) {
				return;
			}
			loss = "Output is taken again: %d lines have been lost since %s, because nobody took them"
				.formatted(this.lost, this.lostSince);
			ending = this.ending;
			this.lost = 0;
			this.lostSince = null;
		}
		if (ending) {
			// Whoever logs now waits for this thread.
			write((loss + System.lineSeparator()).getBytes(), true);
		}
		else {
			logger.warn(loss);
		}
	}

	/** Waits for what has been written, for a bounded time; from now on every line is. */
	void end() {
		synchronized (this.chunks) {
			this.ending = true;
			this.flushUntil = System.nanoTime() + LAST_LINES.toNanos();
			awaitWritten();
		}
	}

	private void awaitWritten() {
		long left = this.flushUntil - System.nanoTime();
		while (this.waiting > 0 && left > 0 && await(TimeUnit.NANOSECONDS.toMillis(left) + 1)) {
			left = this.flushUntil - System.nanoTime();
		}
	}

	/** Where the stream's bytes come in. */
	private final class Entry extends OutputStream {

		@Override
		public void write(int value) {
			enter(new byte[] { (byte) value }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			if (length > 0) {
				enter(bytes, offset, length);
			}
		}

	}

}
