package io.pmboot.autoconfigure;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

import io.pmboot.ConnectionHandler;
import io.pmboot.Worker;
import io.pmboot.accept.Serving;
import io.pmboot.autoconfigure.AdoptedListeners.GrpcPort;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.grpc.SharedGrpc;
import org.junit.jupiter.api.Test;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.grpc.server.NettyGrpcServerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link PmWorkerGrpcAutoConfiguration}, of a worker that has listeners.
 */
class PmWorkerGrpcAutoConfigurationTests {

	private final AdoptedListener listener = mock(AdoptedListener.class);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withBean(Worker.class, PmWorkerGrpcAutoConfigurationTests::worker)
		.withBean(AdoptedListeners.class, () -> new AdoptedListeners(List.of(this.listener), List.of()))
		.withBean(NettyGrpcServerFactory.class, () -> mock(NettyGrpcServerFactory.class))
		.withUserConfiguration(PmWorkerGrpcAutoConfiguration.NettyConfiguration.class);

	private static Worker worker() {
		Worker worker = mock(Worker.class);
		given(worker.group()).willReturn("web");
		return worker;
	}

	@Test
	void withoutAWebServerEveryListenerIsGrpcs() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(SharedGrpc.class).hasSingleBean(Serving.class);
			GrpcPort port = context.getBean(GrpcPort.class);
			assertThat(port.isAt(new InetSocketAddress("127.0.0.1", 1234))).isTrue();
			assertThat(port.isAt(UnixDomainSocketAddress.of("/run/web.sock"))).isTrue();
		});
	}

	@Test
	void besideAWebServerThoseOfItsPortAreGrpcs() {
		web().run((context) -> {
			GrpcPort port = context.getBean(GrpcPort.class);
			assertThat(port.isAt(new InetSocketAddress("127.0.0.1", 9090))).isTrue();
			assertThat(port.isAt(new InetSocketAddress("127.0.0.1", 1234))).isFalse();
			assertThat(port.isAt(UnixDomainSocketAddress.of("/run/web.sock"))).isFalse();
		});
		web().withPropertyValues("spring.grpc.server.port=1234")
			.run((context) -> assertThat(context.getBean(GrpcPort.class).isAt(new InetSocketAddress("127.0.0.1", 1234)))
				.isTrue());
	}

	private WebApplicationContextRunner web() {
		return new WebApplicationContextRunner().withBean(Worker.class, PmWorkerGrpcAutoConfigurationTests::worker)
			.withBean(AdoptedListeners.class, () -> new AdoptedListeners(List.of(this.listener), List.of()))
			.withBean(NettyGrpcServerFactory.class, () -> mock(NettyGrpcServerFactory.class))
			.withUserConfiguration(PmWorkerGrpcAutoConfiguration.NettyConfiguration.class);
	}

	@Test
	void nothingIsThereWithoutAGrpcServer() {
		new ApplicationContextRunner().withBean(Worker.class, PmWorkerGrpcAutoConfigurationTests::worker)
			.withUserConfiguration(PmWorkerGrpcAutoConfiguration.NettyConfiguration.class,
					PmWorkerGrpcAutoConfiguration.ShadedNettyConfiguration.class)
			.run((context) -> assertThat(context).doesNotHaveBean(GrpcPort.class).doesNotHaveBean(Serving.class));
	}

	@Test
	void aPortThatIsNoListenersIsToldWithTheWaysOut() {
		this.runner.withAllowBeanDefinitionOverriding(true)
			.withBean(AdoptedListeners.class, () -> new AdoptedListeners(List.of(), List.of(this.listener)))
			.run((context) -> {
				FailureAnalysis analysis = analysis(context);
				assertThat(analysis.getDescription())
					.isEqualTo("Each worker of group 'web' would open port 9090 for its gRPC server, and only one of "
							+ "them can: none of the group's listeners has this port.");
				assertThat(analysis.getAction()).contains("pm.groups.web.listen", "spring.grpc.server.port",
						"spring.grpc.server.enabled=false in application-web.yml");
			});
	}

	@Test
	void aHandlerBesideItIsRefused() {
		this.runner.withBean("lines", ConnectionHandler.class, () -> mock(ConnectionHandler.class))
			.withUserConfiguration(PmWorkerGrpcAutoConfiguration.NettyConfiguration.class)
			.run((context) -> assertThat(analysis(context).getDescription()).isEqualTo(
					"Both the gRPC server and the ConnectionHandler 'lines' would serve the listeners of group 'web'."));
	}

	private static FailureAnalysis analysis(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new StartFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).isNotNull();
		return analysis;
	}

}
