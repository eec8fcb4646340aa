package io.pmboot.accept;

import java.util.HashSet;
import java.util.Set;

import io.pmboot.accept.Serving.HeldThread;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Requests}.
 */
class RequestsTests {

	private final Set<String> over = new HashSet<>();

	private final Requests<String> requests = new Requests<>(this.over::contains);

	@Test
	void countsEachOnceAndKnowsTheOldest() {
		this.requests.begun("a", 3, null);
		this.requests.begun("b", 5, null);
		assertThat(this.requests.inFlight()).isEqualTo(2);
		assertThat(this.requests.oldestSince()).isEqualTo(3);
		this.requests.ended("a");
		this.requests.ended("a");
		assertThat(this.requests.served()).isOne();
		assertThat(this.requests.inFlight()).isOne();
		assertThat(this.requests.oldestSince()).isEqualTo(5);
		this.requests.ended("b");
		assertThat(this.requests.served()).isEqualTo(2);
		assertThat(this.requests.oldestSince()).isNull();
	}

	@Test
	void findsThoseThatHaveEndedWithoutAWord() {
		this.requests.begun("used again", 1, null);
		this.requests.begun("used again", 2, null);
		assertThat(this.requests.served()).isOne();
		this.requests.begun("gone", 3, null);
		this.over.add("gone");
		assertThat(this.requests.inFlight()).isOne();
		assertThat(this.requests.served()).isEqualTo(2);
		assertThat(this.requests.oldestSince()).isEqualTo(2);
	}

	@Test
	void knowsWhichThreadARequestHolds() {
		Thread first = new Thread();
		Thread second = new Thread();
		this.requests.begun("a", 1, first);
		this.requests.begun("b", 2, null);
		assertThat(this.requests.held()).containsExactly(new HeldThread(1, first));
		this.requests.holds("a", null);
		assertThat(this.requests.held()).isEmpty();
		this.requests.holds("a", second);
		this.requests.holds("unknown", first);
		assertThat(this.requests.held()).containsExactly(new HeldThread(1, second));
		assertThat(this.requests.inFlight()).isEqualTo(2);
	}

}
