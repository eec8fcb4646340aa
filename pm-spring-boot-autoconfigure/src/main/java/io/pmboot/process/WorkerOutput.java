package io.pmboot.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Deque;
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

		static final int MAX_LINES = 50;

		static final int MAX_LENGTH = 2000;

		// Bytes, because hardly any line is ever read.
		private final Deque<byte[]> lines = new ConcurrentLinkedDeque<>();

		private int count;

		private volatile @Nullable Awaited awaited;

		// From start to end is a line without its newline.
		void add(byte[] bytes, int start, int end) {
			int last = (end > start && bytes[end - 1] == '\r') ? end - 1 : end;
			this.lines.addLast(Arrays.copyOfRange(bytes, start, Math.min(last, start + MAX_LENGTH)));
			if (this.count < MAX_LINES) {
				this.count++;
			}
			else {
				this.lines.pollFirst();
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

		List<String> get() {
			// A worker writes as this JVM would, being started with the same options.
			Charset charset = Charset.defaultCharset();
			List<String> result = this.lines.stream().map((line) -> new String(line, charset)).toList();
			return result.subList(Math.max(0, result.size() - MAX_LINES), result.size());
		}

		private record Awaited(byte[] begin, CompletableFuture<Void> come) {

			boolean begins(byte[] bytes, int start, int end) {
				int length = Math.min(end - start, this.begin.length);
				return Arrays.equals(bytes, start, start + length, this.begin, 0, this.begin.length);
			}

		}

	}

}
