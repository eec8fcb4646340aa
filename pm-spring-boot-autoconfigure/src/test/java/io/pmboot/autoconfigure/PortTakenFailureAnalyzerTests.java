package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.rmi.registry.LocateRegistry;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import org.apache.catalina.connector.Connector;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServer;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link PortTakenFailureAnalyzer}, with what is really thrown.
 */
class PortTakenFailureAnalyzerTests {

	private final MockEnvironment environment = new MockEnvironment();

	private ServerSocket taken;

	@BeforeEach
	void take() throws IOException {
		this.taken = new ServerSocket(0);
		this.environment.setActiveProfiles("worker", "web");
		this.environment.setProperty("pm.worker.control-socket", "/run/control.sock");
		this.environment.setProperty("PM_WORKER_GROUP", "web");
	}

	@AfterEach
	void free() throws IOException {
		this.taken.close();
	}

	@Test
	void saysOfASocketHowEachWorkerGetsOneOfItsOwn() {
		FailureAnalysis analysis = analyze(() -> new ServerSocket(port()).close());
		assertThat(analysis.getDescription()).contains("group 'web'", "Address already in use",
				"one process alone can");
		assertThat(analysis.getAction()).contains("pm.groups.web.listen", "0 for any free one", "${PM_WORKER_INDEX:0}",
				"pm.groups.web.reload.order=stop-first");
	}

	@Test
	void namesThePortOfAnotherConnectorOfTomcat() {
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
		Connector connector = new Connector();
		connector.setPort(port());
		factory.addAdditionalConnectors(connector);
		WebServer server = factory.getWebServer();
		try {
			assertThat(analyze(server::start).getDescription()).contains("port " + port());
		}
		finally {
			server.stop();
			server.destroy();
		}
	}

	@Test
	void namesThePortOfARegistry() {
		assertThat(analyze(() -> LocateRegistry.createRegistry(port())).getDescription())
			.contains("Port already in use: " + port());
	}

	@Test
	void knowsANativeSocketOfNetty() {
		Epoll.ensureAvailability();
		Socket socket = Socket.newSocketStream();
		assertThat(analyze(() -> socket.bind(new InetSocketAddress(port()))).getDescription())
			.contains("Address already in use");
		assertThatNoException().isThrownBy(socket::close);
	}

	@Test
	void leavesOtherFailuresToOthers() {
		assertThat(analyze(() -> new ServerSocket().bind(new InetSocketAddress("192.0.2.1", 0)))).isNull();
		assertThat(analyze(() -> {
			throw new IllegalStateException("The name is already in use");
		})).isNull();
		this.environment.setActiveProfiles("test");
		assertThat(analyze(() -> new ServerSocket(port()).close())).isNull();
	}

	private int port() {
		return this.taken.getLocalPort();
	}

	private FailureAnalysis analyze(ThrowingCallable failing) {
		return new PortTakenFailureAnalyzer(this.environment)
			.analyze(new IllegalStateException("x".repeat(300), catchThrowable(failing)));
	}

}
