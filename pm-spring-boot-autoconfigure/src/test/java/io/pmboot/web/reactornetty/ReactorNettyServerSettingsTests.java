package io.pmboot.web.reactornetty;

import java.time.Duration;
import java.util.List;

import io.pmboot.accept.TestSpreads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.test.HttpConnection;
import io.pmboot.web.ServerSettingsContract;
import io.pmboot.web.SharedWebServer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the settings of a Reactor Netty on shared listeners.
 */
class ReactorNettyServerSettingsTests extends ServerSettingsContract {

	@Override
	protected SpringApplication application() {
		SpringApplication application = new SpringApplication(Application.class);
		// The tests of Jetty have the servlet stack on the same class path.
		application.setWebApplicationType(WebApplicationType.REACTIVE);
		return application;
	}

	@Override
	protected SharedWebServer<?, ?> customizer(List<AdoptedListener> listeners) {
		return new SharedReactorNetty(listeners, TestSpreads.of(Duration.ZERO), () -> null);
	}

	@Test
	void bundlesByServerName() throws Exception {
		usesBundlesByServerName();
	}

	@Test
	void limitsTimeOutsAndForwardHeaders() throws Exception {
		start("server.max-http-request-header-size=2KB", "server.netty.idle-timeout=1s",
				"server.netty.max-keep-alive-requests=2", "server.forward-headers-strategy=native");
		for (TcpListener listener : this.shared) {
			try (HttpConnection client = HttpConnection.open(listener.localAddress())) {
				client.write("GET /scheme HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n");
				assertThat(client.receive().body()).isEqualTo("https");
				assertThat(client.get("/").closes()).isTrue();
			}
			try (HttpConnection client = HttpConnection.open(listener.localAddress())) {
				client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(3000) + "\r\n\r\n");
				assertThat(client.receive().status()).isEqualTo(431);
			}
			try (HttpConnection silent = HttpConnection.open(listener.localAddress())) {
				assertThat(silent.isAtEnd()).isTrue();
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, NettyReactiveWebServerAutoConfiguration.class })
	static class Application {

		@Bean
		HttpHandler handler() {
			return RouterFunctions.toHttpHandler(RouterFunctions.route()
				.GET("/long", (request) -> ServerResponse.ok().bodyValue("0123456789".repeat(1000)))
				.GET("/scheme", (request) -> ServerResponse.ok().bodyValue(request.uri().getScheme()))
				.route(RequestPredicates.all(), (request) -> ServerResponse.ok().bodyValue("settings"))
				.build());
		}

	}

}
