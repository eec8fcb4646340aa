package io.pmboot.web.jetty;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.pmboot.DrainReason;
import io.pmboot.accept.TestSpreads;
import io.pmboot.test.HttpConnection;
import io.pmboot.web.LongConnectionContract;
import io.pmboot.web.ServerFeature;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketContainer;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSession;
import org.eclipse.jetty.ee11.websocket.jakarta.common.JakartaWebSocketSessionListener;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.api.WebSocketContainer;
import org.eclipse.jetty.websocket.api.WebSocketSessionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for how a Jetty on shared listeners ends event streams and WebSockets.
 */
class JettyLongConnectionTests extends LongConnectionContract {

	JettyLongConnectionTests() {
		super(JettyWorker::new);
	}

	@ParameterizedTest
	@EnumSource(DrainReason.class)
	void aDrainSaysGoodbyeToWebSocketsByJettysInterface(DrainReason reason) throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		assertGoodbye(reason, "/jetty");
	}

	@Test
	void oneByJettysInterfaceWhoseClientDoesNotAnswerIsNotAwaited() throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		assertSilentClientIsNotAwaited("/jetty");
	}

	@Test
	void oneThatIsOpeningAsTheDrainBeginsIsToldAsWell() throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		Server server = ((JettyWorker) this.worker).connector().getServer();
		CompletableFuture<Void> drained = new CompletableFuture<>();
		for (JakartaWebSocketContainer container : server.getContainedBeans(JakartaWebSocketContainer.class)) {
			container.addSessionListener(new JakartaWebSocketSessionListener() {

				@Override
				public void onJakartaWebSocketSessionOpened(JakartaWebSocketSession session) {
					drain(DrainReason.RELOAD).thenAccept(drained::complete);
				}

			});
		}
		assertIsTold("/socket");
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void oneByJettysInterfaceThatIsOpeningAsTheDrainBeginsIsToldAsWell() throws Exception {
		restart(ServerFeature.WEB_SOCKETS);
		Server server = ((JettyWorker) this.worker).connector().getServer();
		CompletableFuture<Void> drained = new CompletableFuture<>();
		for (WebSocketContainer container : server.getContainedBeans(WebSocketContainer.class)) {
			container.addSessionListener(new WebSocketSessionListener() {

				@Override
				public void onWebSocketSessionOpened(Session session) {
					drain(DrainReason.RELOAD).thenAccept(drained::complete);
				}

			});
		}
		assertIsTold("/jetty");
		assertThat(drained).succeedsWithin(SOON);
	}

	@Test
	void theApplicationsHandlersOfTheEndOfAStreamDoNotHoldUpTheControlEventLoop() throws Exception {
		HttpConnection client = client();
		client.write(HttpConnection.request("/quiet"));
		assertThat(client.receiveHead().status()).isEqualTo(200);
		// Jetty sends the end of a chunk with the next one.
		assertThat(client.receive(11)).asString().isEqualTo("8\r\ndata:1\n\n");
		CompletableFuture<Void> drained = drain(DrainReason.RELOAD);
		assertThat(client.receive(7)).asString().isEqualTo("\r\n0\r\n\r\n");
		assertThat(((JettyWorker) this.worker).servlet.completed.get(SOON.toSeconds(), TimeUnit.SECONDS))
			.isNotEqualTo(TestSpreads.THREAD);
		client.close();
		assertThat(drained).succeedsWithin(SOON);
	}

}
