package io.pmboot.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link FrameQueue} on a real socket.
 */
@Timeout(120)
class FrameQueueTests extends AbstractControlSocketTests {

	@Test
	void whatManyThreadsOfferArrivesInTheOrderOfEach() throws Exception {
		int each = 10_000;
		RecordingHandler handler = new RecordingHandler();
		start(handler);
		ControlClient client = connect();
		handler.next();
		for (int thread = 0; thread < 4; thread++) {
			String name = Integer.toString(thread);
			new Thread(() -> {
				for (int i = 1; i <= each; i++) {
					offer(client, new Frame.Post(i, name, -1, text("x")));
				}
			}).start();
		}
		Map<String, Long> last = new HashMap<>();
		for (int i = 0; i < 4 * each; i++) {
			Frame.Post post = (Frame.Post) handler.next();
			assertThat(post.id()).isEqualTo(last.getOrDefault(post.group(), 0L) + 1);
			last.put(post.group(), post.id());
		}
	}

	@Test
	void isFullUntilTheOtherEndReads() throws Exception {
		RecordingHandler handler = new RecordingHandler();
		ControlServer server = start(handler);
		ControlClient client = connect();
		handler.next();
		CountDownLatch busy = new CountDownLatch(1);
		server.eventLoop().execute(() -> awaitUninterruptibly(busy));
		List<Frame.Post> accepted = new ArrayList<>();
		ByteBuf payload = Unpooled.wrappedBuffer(new byte[100_000]);
		Frame.Post post = new Frame.Post(0, "web", 0, payload);
		while (client.offer(post)) {
			accepted.add(post);
			post = new Frame.Post(accepted.size(), "web", 0, payload);
		}
		assertThat(accepted).hasSizeGreaterThan(FrameQueue.MAX_BYTES / 100_100);
		busy.countDown();
		for (Frame.Post expected : accepted) {
			assertThat(((Frame.Post) handler.next()).id()).isEqualTo(expected.id());
		}
		assertThat(client.offer(post)).isTrue();
	}

	@Test
	void takesNothingAfterTheEnd() throws Exception {
		ControlServer server = start(new RecordingHandler());
		ControlClient client = connect();
		CountDownLatch ended = new CountDownLatch(1);
		client.start((message) -> {
		}, ended::countDown);
		server.close();
		ended.await();
		assertThatIOException().isThrownBy(() -> client.offer(new Frame.Post(1, "web", 0, text("x"))));
	}

	private static void offer(ControlClient client, Frame frame) {
		try {
			assertThat(client.offer(frame)).isTrue();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static ByteBuf text(String text) {
		return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
	}

}
