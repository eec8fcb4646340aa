package io.pmboot.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WorkerOutputTests {

	private final WorkerOutput.LastLines lastLines = new WorkerOutput.LastLines();

	private final List<byte[]> writes = new ArrayList<>();

	private final PrintStream sink = new PrintStream(new ByteArrayOutputStream()) {

		@Override
		public void write(byte[] bytes, int offset, int length) {
			byte[] written = new byte[length];
			System.arraycopy(bytes, offset, written, 0, length);
			WorkerOutputTests.this.writes.add(written);
		}

	};

	@Test
	void copiesEveryByte() throws IOException {
		byte[] bytes = new byte[100_000];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) (i * 31 + i / 256);
		}
		bytes[bytes.length - 1] = '\n';
		copy(bytes, 7777);
		assertThat(written()).isEqualTo(bytes);
	}

	@Test
	void writesWholeLinesOnly() throws IOException {
		String text = "first\nsecond, longer\n\nlast\n".repeat(2000);
		copy(text.getBytes(StandardCharsets.UTF_8), 5);
		assertThat(this.writes).allSatisfy((write) -> assertThat(write[write.length - 1]).isEqualTo((byte) '\n'));
		assertThat(written()).asString(StandardCharsets.UTF_8).isEqualTo(text);
	}

	@Test
	void longLinesAreKeptUpToASizeAndNumberedOn() {
		byte[] line = "x".repeat(WorkerOutput.LastLines.MAX_LENGTH).getBytes(StandardCharsets.UTF_8);
		for (int i = 0; i < WorkerProcess.KEPT_LINES; i++) {
			this.lastLines.add(line, 0, line.length);
		}
		int kept = WorkerOutput.LastLines.MAX_SIZE / line.length;
		WorkerProcess.Output output = this.lastLines.get(WorkerProcess.KEPT_LINES);
		assertThat(output.lines()).hasSize(kept);
		assertThat(output.first()).isEqualTo(WorkerProcess.KEPT_LINES - kept + 1);
	}

	@Test
	void linesAreNotHeldBack() throws IOException {
		InputStream source = new InputStream() {

			private int reads;

			@Override
			public int read() {
				throw new UnsupportedOperationException();
			}

			@Override
			public int read(byte[] bytes, int offset, int length) {
				assertThat(WorkerOutputTests.this.writes).hasSize(this.reads);
				bytes[offset] = '\n';
				return (this.reads++ < 3) ? 1 : -1;
			}

		};
		new WorkerOutput(source, (lines, length, alive) -> this.sink.write(lines, 0, length), () -> true,
				this.lastLines)
			.copy();
		assertThat(this.writes).hasSize(3);
	}

	@Test
	void endsALastLineThatHasNoEnd() throws IOException {
		copy("a\nb".getBytes(StandardCharsets.UTF_8), 100);
		assertThat(written()).asString(StandardCharsets.UTF_8).isEqualTo("a\nb\n");
		assertThat(this.lastLines.get(50).lines()).containsExactly("a", "b");
	}

	@Test
	void longLineStaysWhole() throws IOException {
		String text = "x".repeat(WorkerOutput.MAX_LINE - 1) + "\ny\n";
		copy(text.getBytes(StandardCharsets.UTF_8), 3000);
		assertThat(written()).asString(StandardCharsets.UTF_8).isEqualTo(text);
		assertThat(this.writes.get(0)).hasSizeGreaterThanOrEqualTo(WorkerOutput.MAX_LINE);
	}

	@Test
	void breaksALineThatIsTooLongBetweenCharacters() throws IOException {
		String text = "x" + "\u00e4".repeat(WorkerOutput.MAX_LINE);
		copy(text.getBytes(StandardCharsets.UTF_8), 100_000);
		String written = new String(written(), StandardCharsets.UTF_8);
		assertThat(written.replace("\n", "")).isEqualTo(text);
		assertThat(this.writes).hasSize(3)
			.allSatisfy((write) -> assertThat(write).hasSizeLessThanOrEqualTo(WorkerOutput.MAX_LINE + 1));
	}

	@Test
	void keepsTheLastThousandLinesAndTheirNumbers() throws IOException {
		assertThat(this.lastLines.get(50)).isEqualTo(new WorkerProcess.Output(0, List.of()));
		copy(lines(1200).getBytes(StandardCharsets.UTF_8), 64);
		WorkerProcess.Output last = this.lastLines.get(50);
		assertThat(last.first()).isEqualTo(1151);
		assertThat(last.lines()).hasSize(50).startsWith("line 1150").endsWith("line 1199");
		assertThat(this.lastLines.get(2000).first()).isEqualTo(201);
		assertThat(this.lastLines.get(2000).lines()).hasSize(1000).startsWith("line 200");
	}

	@Test
	void whoReadsWhileLinesComeSeesSomeThatFollowOneAnother() throws Exception {
		AtomicBoolean ended = new AtomicBoolean();
		Thread writer = new Thread(() -> {
			for (int i = 1; i <= 300_000; i++) {
				byte[] line = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
				this.lastLines.add(line, 0, line.length);
			}
			ended.set(true);
		});
		writer.start();
		while (!ended.get()) {
			WorkerProcess.Output output = this.lastLines.get(1000);
			List<String> expected = LongStream.range(output.first(), output.first() + output.lines().size())
				.mapToObj(Long::toString)
				.toList();
			assertThat(output.lines()).isEqualTo(expected);
		}
		writer.join();
	}

	@Test
	void keepsLinesWithoutTheirEndsAndCutsThem() throws IOException {
		copy(("a\r\n\n" + "z".repeat(5000) + "\n").getBytes(StandardCharsets.UTF_8), 1000);
		assertThat(this.lastLines.get(50).lines()).containsExactly("a", "", "z".repeat(2000));
	}

	@Test
	void keptLinesAreReadInTheCharsetOfThisJvm() throws IOException {
		copy("\u00e4\n".getBytes(Charset.defaultCharset()), 10);
		assertThat(this.lastLines.get(50).lines()).containsExactly("\u00e4");
	}

	private static String lines(int count) {
		StringBuilder lines = new StringBuilder();
		IntStream.range(0, count).forEach((i) -> lines.append("line ").append(i).append('\n'));
		return lines.toString();
	}

	private void copy(byte[] bytes, int chunk) throws IOException {
		InputStream source = new ByteArrayInputStream(bytes) {

			@Override
			public int read(byte[] buffer, int offset, int length) {
				return super.read(buffer, offset, Math.min(length, chunk));
			}

		};
		new WorkerOutput(source, (lines, length, alive) -> this.sink.write(lines, 0, length), () -> true,
				this.lastLines)
			.copy();
	}

	private byte[] written() {
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		this.writes.forEach(written::writeBytes);
		return written.toByteArray();
	}

}
