package io.pmboot.web.reactornetty;

import io.pmboot.web.RawClient;
import io.pmboot.web.SharedListenerContract;
import io.pmboot.worker.HeldThread;
import io.pmboot.worker.Traffic;
import org.junit.jupiter.api.Test;
import reactor.netty.resources.LoopResources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link ReactorNettySharedListenerCustomizer}: which worker gets which
 * connection.
 */
class ReactorNettySharedListenerTests extends SharedListenerContract {

	ReactorNettySharedListenerTests() {
		super(ReactorNettyWorker::new);
	}

	@Test
	void aRequestThatBlocksHoldsItsEventLoopAndOneThatWaitsDoesNot() throws Exception {
		Traffic traffic = this.worker.traffic();
		assertThat(traffic.requestThreads()).isEqualTo(LoopResources.DEFAULT_IO_WORKER_COUNT);
		assertThat(traffic.held()).isEmpty();
		client().send(RawClient.request("/hold"));
		await().until(() -> this.worker.held() == 1 && traffic.held().isEmpty());
		RawClient blocking = client();
		blocking.send(RawClient.request("/block"));
		await().until(() -> this.worker.held() == 2);
		await().until(() -> traffic.held().size() == 1);
		HeldThread held = traffic.held().get(0);
		assertThat(held.since()).isLessThanOrEqualTo(System.nanoTime());
		assertThat(held.thread().getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals(ReactorNettyWorker.class.getName()));
		assertThat(traffic.held()).contains(held);
		this.worker.release();
		assertThat(blocking.read().body()).isEqualTo("a");
		await().until(() -> traffic.held().isEmpty());
	}

}
