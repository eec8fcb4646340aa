package io.pmboot.accept;

import java.nio.channels.SocketChannel;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RecentConnections}.
 */
class RecentConnectionsTests {

	private final RecentConnections recent = new RecentConnections(100);

	@Test
	void eachCountsUntilItIsTakenOut() {
		SocketChannel connection = mock(SocketChannel.class);
		this.recent.add(connection, 0);
		this.recent.add(mock(SocketChannel.class), 10);
		assertThat(this.recent.count(20)).isEqualTo(2);
		assertThat(this.recent.remove(connection)).isTrue();
		assertThat(this.recent.remove(connection)).isFalse();
		assertThat(this.recent.count(20)).isOne();
	}

	@Test
	void eachCountsForItsTimeOnly() {
		this.recent.add(mock(SocketChannel.class), 0);
		this.recent.add(mock(SocketChannel.class), 60);
		assertThat(this.recent.nanosUntilFewer(30)).isEqualTo(70);
		assertThat(this.recent.count(99)).isEqualTo(2);
		assertThat(this.recent.count(100)).isOne();
		assertThat(this.recent.nanosUntilFewer(100)).isEqualTo(60);
		assertThat(this.recent.count(160)).isZero();
		assertThat(this.recent.nanosUntilFewer(160)).isZero();
	}

	@Test
	void timeMayPassTheEndOfALong() {
		this.recent.add(mock(SocketChannel.class), Long.MAX_VALUE - 10);
		assertThat(this.recent.count(Long.MIN_VALUE + 50)).isOne();
		assertThat(this.recent.count(Long.MIN_VALUE + 200)).isZero();
	}

}
