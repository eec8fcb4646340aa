package io.pmboot.web.jetty;

import java.time.Duration;
import java.util.List;

import io.pmboot.accept.TestSpreads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.test.HttpConnection;
import io.pmboot.web.ServerSettingsContract;
import io.pmboot.web.SharedWebServer;
import io.pmboot.web.TestServlet;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the settings of a Jetty on shared listeners.
 */
class JettyServerSettingsTests extends ServerSettingsContract {

	@Override
	protected SpringApplication application() {
		return new SpringApplication(Application.class);
	}

	@Override
	protected SharedWebServer<?, ?> customizer(List<AdoptedListener> listeners) {
		return new SharedJetty(listeners, TestSpreads.of(Duration.ZERO));
	}

	@Test
	void limitsTimeOutsAndForwardHeaders() throws Exception {
		start("server.max-http-request-header-size=2KB", "server.jetty.connection-idle-timeout=1s",
				"server.forward-headers-strategy=native");
		for (TcpListener listener : this.shared) {
			try (HttpConnection client = HttpConnection.open(listener.localAddress())) {
				client.write("GET /scheme HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n");
				assertThat(client.receive().body()).isEqualTo("https");
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
	@ImportAutoConfiguration({ SslAutoConfiguration.class, JettyServletWebServerAutoConfiguration.class })
	static class Application {

		@Bean
		ServletRegistrationBean<TestServlet> servlet() {
			return new ServletRegistrationBean<>(new TestServlet("settings"), "/*");
		}

	}

}
