package io.pmboot.loop;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LoopLog}.
 */
@Timeout(30)
class LoopLogTests {

	private static final Pattern LOSS = Pattern
		.compile("warn The log is written again: (\\d+) lines have been lost, because it took none");

	private final List<String> lines = new CopyOnWriteArrayList<>();

	private final CountDownLatch taken = new CountDownLatch(1);

	private final ThreadPoolExecutor writer = LoopLog.writer();

	private final LoopLog log = new LoopLog(blocking(), this.writer);

	@AfterEach
	void end() {
		this.taken.countDown();
		this.writer.shutdown();
	}

	@Test
	void linesAreInOrderWithTheirFailures() {
		this.taken.countDown();
		this.log.info("one");
		this.log.warn("two");
		this.log.error("three", new IllegalStateException("why"));
		await().until(() -> this.lines.size() == 3);
		assertThat(this.lines).containsExactly("info one", "warn two null",
				"error three java.lang.IllegalStateException: why");
	}

	@Test
	void aLogThatTakesNothingHoldsUpNobodyAndTheLossIsTold() {
		for (int i = 0; i < 3_000; i++) {
			this.log.info("line " + i);
		}
		assertThat(this.lines).isEmpty();
		this.taken.countDown();
		await().until(() -> this.lines.contains("info line 1000"));
		// One was being written, 1000 waited.
		this.log.info("the next");
		await().until(() -> this.lines.contains("info the next"));
		long written = this.lines.stream().filter((line) -> line.startsWith("info line ")).count();
		assertThat(written).isEqualTo(1_001);
		assertThat(this.lines.stream().mapToLong(LoopLogTests::lost).sum()).isEqualTo(3_000 - written);
	}

	private static long lost(String line) {
		Matcher matcher = LOSS.matcher(line);
		return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
	}

	@Test
	void whoWaitsForTheLastLinesWaitsForABoundedTime() {
		LoopLog.of(LoopLogTests.class).info("Logged for a test");
		LoopLog.flush(Duration.ofSeconds(20));
		LoopLog.flush(Duration.ZERO);
	}

	private Log blocking() {
		return (Log) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Log.class },
				(proxy, method, arguments) -> {
					this.taken.await();
					StringBuilder line = new StringBuilder(method.getName());
					for (Object argument : arguments) {
						line.append(' ').append(argument);
					}
					this.lines.add(line.toString());
					return null;
				});
	}

}
