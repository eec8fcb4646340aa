package io.pmboot.web.tomcat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import javax.net.ssl.SSLSocket;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.SharedListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.RawClient;
import io.pmboot.web.TestCertificates;
import io.pmboot.web.TestServlet;
import io.pmboot.worker.TestSpreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
 * Tests that the settings of {@code server.*} are in force on every listener.
 */
@Timeout(60)
class TomcatServerSettingsTests {

	private final List<SharedListener> shared = new ArrayList<>();

	private ServletWebServerApplicationContext context;

	@BeforeEach
	void bind() throws IOException {
		this.shared.add(TestListeners.bind());
		this.shared.add(TestListeners.bind());
	}

	@AfterEach
	void close() throws IOException {
		this.context.close();
		for (SharedListener listener : this.shared) {
			listener.close();
		}
	}

	@Test
	void theLocalPortIsThatOfTheFirstListener() {
		start();
		assertThat(this.context.getEnvironment().getProperty("local.server.port", Integer.class))
			.isEqualTo(this.shared.get(0).localAddress().getPort());
	}

	@Test
	void compression() throws Exception {
		start("server.compression.enabled=true", "server.compression.mime-types=text/plain");
		for (SharedListener listener : this.shared) {
			HttpResponse<byte[]> response = HttpClient.newHttpClient()
				.send(request("http", listener, "/long").header("Accept-Encoding", "gzip").build(),
						BodyHandlers.ofByteArray());
			assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
			assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()).hasSize(10_000);
		}
	}

	@Test
	void limitsTimeOutsAndForwardHeaders() throws Exception {
		start("server.max-http-request-header-size=2KB", "server.tomcat.connection-timeout=1s",
				"server.tomcat.threads.max=7", "server.server-header=pm", "server.tomcat.max-keep-alive-requests=2",
				"server.forward-headers-strategy=native");
		assertThat(protocol().getMaxThreads()).isEqualTo(7);
		for (SharedListener listener : this.shared) {
			try (RawClient client = new RawClient(listener.localAddress())) {
				client.send("GET /scheme HTTP/1.1\r\nHost: a\r\nX-Forwarded-Proto: https\r\n\r\n");
				RawClient.Response response = client.read();
				assertThat(response.body()).isEqualTo("https");
				assertThat(response.headers()).containsEntry("server", "pm");
				assertThat(client.get("/").isLast()).isTrue();
			}
			try (RawClient client = new RawClient(listener.localAddress())) {
				client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + "x".repeat(3000) + "\r\n\r\n");
				assertThat(client.read().status()).isEqualTo(400);
			}
			try (RawClient silent = new RawClient(listener.localAddress())) {
				assertThat(silent.isAtEnd()).isTrue();
			}
		}
	}

	@Test
	void sslWithBundlesAndServerNames() throws Exception {
		start(ssl());
		assertThat(getCertificate("localhost", this.shared.get(0))).contains("CN=localhost");
		assertThat(getCertificate("localhost", this.shared.get(1))).contains("CN=localhost");
		assertThat(getCertificate("other.localhost", this.shared.get(0))).contains("CN=other");
		assertThat(getCertificate("other.localhost", this.shared.get(1))).contains("CN=other");
	}

	@Test
	void http2OverTls() throws Exception {
		start(Stream.concat(Stream.of("server.http2.enabled=true"), Stream.of(ssl())).toArray(String[]::new));
		for (SharedListener listener : this.shared) {
			HttpResponse<String> response = client().send(request("https", listener, "/").build(),
					BodyHandlers.ofString());
			assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(response.body()).isEqualTo("settings");
		}
	}

	@Test
	void http2WithoutTls() throws Exception {
		start("server.http2.enabled=true");
		for (SharedListener listener : this.shared) {
			HttpResponse<String> response = client().send(request("http", listener, "/").build(),
					BodyHandlers.ofString());
			assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
		}
	}

	@Test
	void virtualThreads() throws Exception {
		start("spring.threads.virtual.enabled=true");
		for (SharedListener listener : this.shared) {
			try (RawClient client = new RawClient(listener.localAddress())) {
				assertThat(client.get("/").body()).isEqualTo("settings");
			}
		}
	}

	private static String[] ssl() {
		String folder = "classpath:io/pmboot/web/tomcat/";
		return new String[] { "server.ssl.bundle=localhost",
				"spring.ssl.bundle.pem.localhost.keystore.certificate=" + folder + "localhost.crt",
				"spring.ssl.bundle.pem.localhost.keystore.private-key=" + folder + "localhost.key",
				"spring.ssl.bundle.pem.other.keystore.certificate=" + folder + "other.crt",
				"spring.ssl.bundle.pem.other.keystore.private-key=" + folder + "other.key",
				"server.ssl.server-name-bundles[0].server-name=other.localhost",
				"server.ssl.server-name-bundles[0].bundle=other" };
	}

	private String getCertificate(String host, SharedListener listener) throws Exception {
		var socket = (SSLSocket) TestCertificates.trusting()
			.getSocketFactory()
			.createSocket(new Socket("127.0.0.1", listener.localAddress().getPort()), host,
					listener.localAddress().getPort(), true);
		try (socket) {
			socket.startHandshake();
			return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
		}
	}

	private void start(String... properties) {
		SpringApplication application = new SpringApplication(Application.class);
		List<String> arguments = new ArrayList<>();
		arguments.add("--server.port=" + this.shared.get(0).localAddress().getPort());
		Stream.of(properties).map((property) -> "--" + property).forEach(arguments::add);
		application.addInitializers((context) -> context.getBeanFactory().registerSingleton("tomcat", customizer()));
		this.context = (ServletWebServerApplicationContext) application.run(arguments.toArray(String[]::new));
		this.context.getBean(TomcatSharedListenerCustomizer.class).drain().open();
	}

	private TomcatSharedListenerCustomizer customizer() {
		try {
			List<AdoptedListener> adopted = new ArrayList<>();
			for (SharedListener listener : this.shared) {
				adopted.add(TestListeners.adopt(listener));
			}
			return new TomcatSharedListenerCustomizer(adopted, TestSpreads.of(Duration.ZERO));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private SharedHttp11NioProtocol protocol() {
		return (SharedHttp11NioProtocol) ((TomcatWebServer) this.context.getWebServer()).getTomcat()
			.getConnector()
			.getProtocolHandler();
	}

	private static HttpRequest.Builder request(String scheme, SharedListener listener, String path) {
		InetSocketAddress address = listener.localAddress();
		return HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + address.getPort() + path));
	}

	private static HttpClient client() throws Exception {
		return HttpClient.newBuilder().sslContext(TestCertificates.trusting()).build();
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
