package io.pmboot.accept;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.pmboot.Answers;
import io.pmboot.accept.Serving.HeldThread;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what {@link SharedServer} knows of its requests.
 */
class SharedServerTests {

	private final Set<String> over = new HashSet<>();

	private final SharedServer<String> server = new SharedServer<>(List.of()) {

		@Override
		protected boolean isOver(String request) {
			return SharedServerTests.this.over.contains(request);
		}

	};

	@Test
	void countsEachOnceAndKnowsTheOldest() {
		this.server.requestBegun("a", 3, null);
		this.server.requestBegun("b", 5, null);
		assertThat(this.server.inFlight()).isEqualTo(2);
		assertThat(this.server.oldestSince()).isEqualTo(3);
		this.server.requestEnded("a");
		this.server.requestEnded("a");
		assertThat(this.server.served()).isOne();
		assertThat(this.server.inFlight()).isOne();
		assertThat(this.server.oldestSince()).isEqualTo(5);
		this.server.requestEnded("b");
		assertThat(this.server.served()).isEqualTo(2);
		assertThat(this.server.oldestSince()).isNull();
	}

	@Test
	void findsThoseThatHaveEndedWithoutAWord() {
		this.server.requestBegun("used again", 1, null);
		this.server.requestBegun("used again", 2, null);
		assertThat(this.server.served()).isOne();
		this.server.requestBegun("gone", 3, null);
		this.over.add("gone");
		assertThat(this.server.inFlight()).isOne();
		assertThat(this.server.served()).isEqualTo(2);
		assertThat(this.server.oldestSince()).isEqualTo(2);
	}

	@Test
	void tellsWhichFailed() {
		this.server.requestBegun("good", System.nanoTime(), null);
		this.server.requestBegun("bad", System.nanoTime(), null);
		this.server.requestEnded("bad", true);
		this.server.requestEnded("bad", true);
		this.server.requestEnded("good", false);
		Answers answers = this.server.answers();
		assertThat(answers.total()).isEqualTo(2);
		assertThat(answers.failed()).isOne();
		assertThat(answers.latencies().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
		assertThat(answers.latencies().get(answers.latencies().size() - 1)).as("no more than there is").isPositive();
	}

	@Test
	void knowsWhichThreadARequestHolds() {
		Thread first = new Thread();
		Thread second = new Thread();
		this.server.requestBegun("a", 1, first);
		this.server.requestBegun("b", 2, null);
		assertThat(this.server.held()).containsExactly(new HeldThread(1, first));
		this.server.requestHolds("a", null);
		assertThat(this.server.held()).isEmpty();
		this.server.requestHolds("a", second);
		this.server.requestHolds("unknown", first);
		assertThat(this.server.held()).containsExactly(new HeldThread(1, second));
		assertThat(this.server.inFlight()).isEqualTo(2);
	}

}
