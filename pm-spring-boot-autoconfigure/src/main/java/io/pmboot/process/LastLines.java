package io.pmboot.process;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;

import org.jspecify.annotations.Nullable;

/**
 * The last lines of a worker's output. One thread adds, any thread reads.
 */
final class LastLines {

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
		List<String> result = new ArrayList<>();
		for (byte[] line : this.lines) {
			result.add(new String(line, charset));
		}
		return List.copyOf(result.subList(Math.max(0, result.size() - MAX_LINES), result.size()));
	}

	private record Awaited(byte[] begin, CompletableFuture<Void> come) {

		boolean begins(byte[] bytes, int start, int end) {
			int length = Math.min(end - start, this.begin.length);
			return Arrays.equals(bytes, start, start + length, this.begin, 0, this.begin.length);
		}

	}

}
