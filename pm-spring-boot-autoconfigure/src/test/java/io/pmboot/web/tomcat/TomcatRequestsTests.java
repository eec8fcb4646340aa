package io.pmboot.web.tomcat;

import java.io.IOException;

import io.pmboot.accept.Serving;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.Http2Connection;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.web.server.Http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for what {@link SharedTomcat} counts.
 */
@Timeout(60)
class TomcatRequestsTests {

	private TcpListener listener;

	private TomcatWorker worker;

	private Serving serving;

	@BeforeEach
	void start() throws IOException {
		this.listener = TestListeners.bind();
		this.worker = TomcatWorker.open("a", this.listener, (factory) -> {
			Http2 http2 = new Http2();
			http2.setEnabled(true);
			factory.setHttp2(http2);
		});
		this.serving = this.worker.serving();
	}

	@AfterEach
	void stop() throws IOException {
		this.worker.servlet.release.countDown();
		this.worker.close();
		this.listener.close();
	}

	@Test
	void countsWhatHasEnded() throws IOException {
		assertThat(this.serving.served()).isZero();
		try (HttpConnection keepAlive = client(); HttpConnection other = client()) {
			for (int i = 0; i < 5; i++) {
				keepAlive.get("/");
			}
			other.get("/long");
			await().until(() -> this.serving.served() == 6);
			assertThat(this.serving.inFlight()).isZero();
			assertThat(this.serving.oldestSince()).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/hold", "/async" })
	void seesWhatIsInFlightAndHowOldItIs(String path) throws IOException {
		long before = System.nanoTime();
		try (HttpConnection first = client(); HttpConnection second = client()) {
			first.write(HttpConnection.request(path));
			await().until(() -> this.worker.servlet.held.get() == 1);
			long between = System.nanoTime();
			second.write(HttpConnection.request(path));
			await().until(() -> this.worker.servlet.held.get() == 2);
			assertThat(this.serving.inFlight()).isEqualTo(2);
			assertThat(this.serving.oldestSince()).isBetween(before, between);
			this.worker.servlet.release.countDown();
			first.receive();
			second.receive();
			await().until(() -> this.serving.inFlight() == 0 && this.serving.served() == 2);
		}
	}

	@Test
	void asynchronousRequestWhoseClientIsGoneEndsToo() throws IOException {
		try (HttpConnection client = client()) {
			client.write(HttpConnection.request("/async"));
			await().until(() -> this.worker.servlet.held.get() == 1);
		}
		await().until(() -> this.worker.connections() == 0 || this.serving.inFlight() == 1);
		this.worker.servlet.release.countDown();
		await().until(() -> this.serving.inFlight() == 0 && this.serving.served() == 1);
	}

	@Test
	void countsStreamsOfHttp2() throws Exception {
		try (Http2Connection client = new Http2Connection(HttpConnection.open(this.listener.localAddress()))) {
			assertThat(client.await(client.request("/")).body()).asString().isEqualTo("a");
			client.request("/hold");
			client.request("/hold");
			await().until(() -> this.worker.servlet.held.get() == 2);
			assertThat(this.serving.served()).isOne();
			assertThat(this.serving.inFlight()).isEqualTo(2);
			assertThat(this.serving.oldestSince()).isNotNull();
			this.worker.servlet.release.countDown();
			await().until(() -> this.serving.inFlight() == 0 && this.serving.served() == 3);
		}
	}

	private HttpConnection client() throws IOException {
		return HttpConnection.open(this.listener.localAddress());
	}

}
