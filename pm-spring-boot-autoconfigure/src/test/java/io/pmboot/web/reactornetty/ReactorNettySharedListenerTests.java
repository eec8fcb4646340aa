package io.pmboot.web.reactornetty;

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
		await().until(() -> serving.held().size() == 1);
		HeldThread held = serving.held().get(0);
		assertThat(held.since()).isLessThanOrEqualTo(System.nanoTime());
		assertThat(held.thread().getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals(ReactorNettyWorker.class.getName()));
		assertThat(serving.held()).contains(held);
		this.worker.release();
		assertThat(blocking.receive().body()).isEqualTo("a");
		await().until(() -> serving.held().isEmpty());
	}

}
