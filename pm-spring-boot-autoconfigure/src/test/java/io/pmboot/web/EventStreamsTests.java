package io.pmboot.web;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import io.pmboot.DrainReason;
import io.pmboot.accept.TestSpreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link EventStreams}.
 */
@Timeout(30)
class EventStreamsTests {

	private final CountDownLatch release = new CountDownLatch(1);

	private final Set<String> ended = ConcurrentHashMap.newKeySet();

	private final EventStreams<String> streams = new EventStreams<>(TestSpreads.of(Duration.ZERO), this::end);

	@AfterEach
	void release() {
		this.release.countDown();
	}

	@Test
	void aDrainEndsThoseThatAreOpenAndThoseThatBeginLater() {
		this.streams.begun("open");
		this.streams.begun("gone");
		this.streams.ended("gone");
		this.streams.drain(DrainReason.RELOAD);
		this.streams.begun("late");
		await().until(() -> this.ended.size() == 2);
		assertThat(this.ended).containsExactlyInAnyOrder("open", "late");
	}

	@Test
	void anApplicationThatBlocksWhereItHearsOfOneEndHoldsUpNoOther() {
		this.streams.begun("blocking");
		this.streams.drain(DrainReason.RELOAD);
		this.streams.begun("next");
		await().untilAsserted(() -> assertThat(this.ended).containsExactly("next"));
	}

	private void end(String stream) {
		try {
			if (stream.equals("blocking")) {
				this.release.await();
			}
			this.ended.add(stream);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
