package io.pmboot.web.reactornetty;

import java.util.Arrays;

import io.pmboot.accept.Serving;
import io.pmboot.accept.Serving.HeldThread;
import io.pmboot.test.HttpConnection;
import io.pmboot.web.SharedListenerContract;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SharedReactorNetty}: which worker gets which connection.
 */
class ReactorNettySharedListenerTests extends SharedListenerContract {

	ReactorNettySharedListenerTests() {
		super(ReactorNettyWorker::new);
	}

	@Test
	void aRequestThatBlocksHoldsItsEventLoopAndOneThatWaitsDoesNot() throws Exception {
		Serving serving = this.worker.serving();
		assertThat(serving.requestThreads()).isEqualTo(LoopResources.DEFAULT_IO_WORKER_COUNT);
		assertThat(serving.held()).isEmpty();
		client().write(HttpConnection.request("/hold"));
		await().until(() -> this.worker.held() == 1 && serving.held().isEmpty());
		HttpConnection blocking = client();
		blocking.write(HttpConnection.request("/block"));
		await().until(() -> this.worker.held() == 2);
		// Another loop may be about to wait.
		await().until(() -> serving.held().stream().filter(this::isInHandler).count() == 1);
		HeldThread held = serving.held().stream().filter(this::isInHandler).findFirst().orElseThrow();
		assertThat(held.since()).isLessThanOrEqualTo(System.nanoTime());
		assertThat(serving.held()).contains(held);
		this.worker.release();
		assertThat(blocking.receive().body()).isEqualTo("a");
		await().until(() -> serving.held().isEmpty());
	}

	private boolean isInHandler(HeldThread held) {
		return Arrays.stream(held.thread().getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals(ReactorNettyWorker.class.getName()));
	}

}
