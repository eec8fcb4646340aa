package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Copies the output of a worker, byte by byte, to where all workers write: always whole
 * lines in one call, so that those of several workers do not mix. A line that is longer
 * than {@link #MAX_LINE} is broken.
 */
final class WorkerOutput {

	static final int MAX_LINE = 256 * 1024;

	private static final int CHUNK = 8 * 1024;

	private final InputStream source;

	private final JvmLauncher.Sink sink;

	private final BooleanSupplier alive;

	private final LastLines lastLines;

	private byte[] buffer = new byte[CHUNK];

	// Of the buffer: what has been read and not been written.
	private int length;

	WorkerOutput(InputStream source, JvmLauncher.Sink sink, BooleanSupplier alive, LastLines lastLines) {
		this.source = source;
		this.sink = sink;
		this.alive = alive;
		this.lastLines = lastLines;
	}

	/**
	 * Copies until the output ends.
	 * @throws IOException where it cannot be read to its end
	 */
	void copy() throws IOException {
		int read;
		while ((read = this.source.read(this.buffer, this.length, this.buffer.length - this.length)) >= 0) {
			int end = endOfLines(this.length, this.length + read);
			this.length += read;
			if (end > 0) {
				write(end, false);
			}
			else if (this.length == MAX_LINE) {
				write(startOfCharacter(MAX_LINE), true);
			}
			else if (this.length == this.buffer.length) {
				this.buffer = Arrays.copyOf(this.buffer, this.length * 2);
			}
		}
		if (this.length > 0) {
			write(this.length, true);
		}
	}

	private int endOfLines(int from, int to) {
		for (int i = to - 1; i >= from; i--) {
			if (this.buffer[i] == '\n') {
				return i + 1;
			}
		}
		return 0;
	}

	// Where UTF-8 may be broken at or before the end.
	private int startOfCharacter(int end) {
		for (int i = end - 1; i > end - 4 && this.buffer[i] < 0; i--) {
			if ((this.buffer[i] & 0xC0) == 0xC0) {
				return i;
			}
		}
		return end;
	}

	private void write(int end, boolean broken) {
		// First, because the sink may block.
		remember(end);
		byte[] lines = this.buffer;
		if (broken) {
			lines = Arrays.copyOf(this.buffer, end + 1);
			lines[end] = '\n';
		}
		this.sink.write(lines, broken ? end + 1 : end, this.alive);
		this.length -= end;
		byte[] rest = (this.buffer.length > CHUNK && this.length < CHUNK) ? new byte[CHUNK] : this.buffer;
		System.arraycopy(this.buffer, end, rest, 0, this.length);
		this.buffer = rest;
	}

	private void remember(int end) {
		int start = 0;
		for (int i = 0; i < end; i++) {
			if (this.buffer[i] == '\n') {
				this.lastLines.add(this.buffer, start, i);
				start = i + 1;
			}
		}
		if (start < end) {
			this.lastLines.add(this.buffer, start, end);
		}
	}

	/**
	 * The last lines of a worker's output. One thread adds, any thread reads.
	 */
	static final class LastLines {

		static final int MAX_LENGTH = 2000;

		/** How much is kept, in bytes, whatever the number of lines. */
		static final int MAX_SIZE = 512 * 1024;

		private final Deque<Line> lines = new ConcurrentLinkedDeque<>();

		private long count;

		private long dropped;

		private int size;

		private volatile @Nullable Awaited awaited;

		// From start to end is a line without its newline.
		void add(byte[] bytes, int start, int end) {
			int last = (end > start && bytes[end - 1] == '\r') ? end - 1 : end;
			Line added = new Line(this.count + 1, Arrays.copyOfRange(bytes, start, Math.min(last, start + MAX_LENGTH)));
			this.count++;
			this.lines.addLast(added);
			this.size += added.bytes.length;
			while (this.count - this.dropped > WorkerProcess.KEPT_LINES || this.size > MAX_SIZE) {
				this.size -= this.lines.removeFirst().bytes.length;
				this.dropped++;
			}
			Awaited awaited = this.awaited;
			if (awaited != null && awaited.begins(bytes, start, end)) {
				this.awaited = null;
				awaited.come().complete(null);
			}
		}

		/**
		 * Waits for a line, in place of the one that was waited for before.
		 * @param begin how it begins, in ASCII
		 * @return completes when it comes
		 */
		CompletableFuture<Void> await(String begin) {
			Awaited awaited = new Awaited(begin.getBytes(StandardCharsets.US_ASCII), new CompletableFuture<>());
			this.awaited = awaited;
			return awaited.come();
		}

		WorkerProcess.Output get(int max) {
			// A worker writes as this JVM would, being started with the same options.
			Charset charset = Charset.defaultCharset();
			Deque<String> last = new ArrayDeque<>();
			long first = 0;
			for (Iterator<Line> newestFirst = this.lines.descendingIterator(); newestFirst.hasNext()
					&& last.size() < max;) {
				Line line = newestFirst.next();
				// Another one where lines were added and dropped under this loop.
				if (last.isEmpty() || line.number == first - 1) {
					first = line.number;
					last.addFirst(new String(line.bytes, charset));
				}
			}
			return new WorkerProcess.Output(first, List.copyOf(last));
		}

		/** Has bytes, because hardly any line is ever read. */
		private record Line(long number, byte[] bytes) {
		}

		private record Awaited(byte[] begin, CompletableFuture<Void> come) {

			boolean begins(byte[] bytes, int start, int end) {
				int length = Math.min(end - start, this.begin.length);
				return Arrays.equals(bytes, start, start + length, this.begin, 0, this.begin.length);
			}

		}

	}

}
