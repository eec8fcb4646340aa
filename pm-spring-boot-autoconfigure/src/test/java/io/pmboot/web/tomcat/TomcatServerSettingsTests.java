package io.pmboot.web.tomcat;

import java.time.Duration;
import java.util.List;

import io.pmboot.accept.TestSpreads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.test.HttpAnswer;
import io.pmboot.test.HttpConnection;
import io.pmboot.web.ServerSettingsContract;
import io.pmboot.web.SharedWebServer;
import io.pmboot.web.TestServlet;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the settings of a Tomcat on shared listeners.
 */
class TomcatServerSettingsTests extends ServerSettingsContract {

	@Override
	protected SpringApplication application() {
		return new SpringApplication(Application.class);
	}

	@Override
	protected SharedWebServer<?, ?> customizer(List<AdoptedListener> listeners) {
		return new SharedTomcat(listeners, TestSpreads.of(Duration.ZERO));
	}

	@Test
	void bundlesByServerName() throws Exception {
		usesBundlesByServerName();
	}

	@Test
	void limitsTimeOutsAndForwardHeaders() throws Exception {
		start("server.max-http-request-header-size=2KB", "server.tomcat.connection-timeout=1s",
				"server.tomcat.threads.max=7", "server.server-header=pm", "server.tomcat.max-keep-alive-requests=2",
				"server.forward-headers-strategy=native");
		assertThat(protocol().getMaxThreads()).isEqualTo(7);
		for (TcpListener listener : this.shared) {
			try (HttpConnection client = HttpConnection.open(listener.localAddress())) {
				client.write("GET /scheme HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n");
				HttpAnswer response = client.receive();
				assertThat(response.body()).isEqualTo("https");
				assertThat(response.header("server")).isEqualTo("pm");
				assertThat(client.get("/").closes()).isTrue();
			}
			try (HttpConnection client = HttpConnection.open(listener.localAddress())) {
				client.write("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(3000) + "\r\n\r\n");
				assertThat(client.receive().status()).isEqualTo(400);
			}
			try (HttpConnection silent = HttpConnection.open(listener.localAddress())) {
				assertThat(silent.isAtEnd()).isTrue();
			}
		}
	}

	private SharedHttp11NioProtocol protocol() {
		ServletWebServerApplicationContext context = (ServletWebServerApplicationContext) this.context;
		return (SharedHttp11NioProtocol) ((TomcatWebServer) context.getWebServer()).getTomcat()
			.getConnector()
			.getProtocolHandler();
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ SslAutoConfiguration.class, TomcatServletWebServerAutoConfiguration.class })
	static class Application {

		@Bean
		ServletRegistrationBean<TestServlet> servlet() {
			return new ServletRegistrationBean<>(new TestServlet("settings"), "/*");
		}

	}

}
