package io.pmboot.web.tomcat;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.pmboot.accept.Gate;
import io.pmboot.web.SharedListenerContract;
import org.apache.tomcat.util.threads.TaskQueue;
import org.junit.jupiter.api.Test;

import org.springframework.boot.tomcat.TomcatWebServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link SharedTomcat}: which worker gets which connection.
 */
class TomcatSharedListenerTests extends SharedListenerContract {

	TomcatSharedListenerTests() {
		super(TomcatWorker::new);
	}

	@Test
	void theConnectorsPortIsThatOfTheFirstListener() {
		assertThat(((TomcatWebServer) this.worker.server()).getTomcat().getConnector().getPort())
			.isEqualTo(this.listener.localAddress().getPort());
	}

	@Test
	void hasNoAcceptorWithoutItsPoller() throws Exception {
		SharedHttp11NioProtocol protocol = (SharedHttp11NioProtocol) ((TomcatWebServer) this.worker.server())
			.getTomcat()
			.getConnector()
			.getProtocolHandler();
		AtomicBoolean thrown = new AtomicBoolean();
		assertThatNobodyAcceptsAfter(() -> protocol.setExecutor((task) -> {
			if (thrown.compareAndSet(false, true)) {
				throw new InternalError("for the test");
			}
		}));
	}

	@Test
	void aThreadThatIsNotToBeHadCostsOneRequestAndNotThePoller() {
		Gate gate = new Gate();
		SharedNioEndpoint.RequestThreads threads = new SharedNioEndpoint.RequestThreads(gate, 0, 1, 1000,
				new TaskQueue(), (task) -> {
					throw new OutOfMemoryError("unable to create native thread");
				});
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> threads.execute(() -> {
		}));
		threads.shutdown();
	}

	@Test
	void theMaximumNumberOfConnectionsHolds() throws Exception {
		assertTheMaximumNumberOfConnectionsHolds();
	}

	@Test
	void aServerThatIsStoppedAndStartedAgainAcceptsAgain() throws Exception {
		assertAServerThatIsStoppedAndStartedAgainAcceptsAgain();
	}

}
