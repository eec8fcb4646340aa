package io.pmboot.process;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The last lines of a worker's output. One thread adds, any thread reads.
 */
final class LastLines {

	static final int MAX_LINES = 50;

	static final int MAX_LENGTH = 2000;

	// Bytes, because hardly any line is ever read.
	private final Deque<byte[]> lines = new ConcurrentLinkedDeque<>();

	private int count;

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

}
