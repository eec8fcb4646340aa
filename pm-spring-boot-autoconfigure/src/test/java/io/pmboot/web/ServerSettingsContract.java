package io.pmboot.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

import javax.net.ssl.SSLSocket;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.test.HttpConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That the settings of {@code server.*} are in force on every listener, whatever the
 * server. The application answers with {@code settings}, and {@code /long} with 10,000
 * characters.
 */
@Timeout(60)
public abstract class ServerSettingsContract {

	protected final List<TcpListener> shared = new ArrayList<>();

	protected ConfigurableApplicationContext context;

	private SharedWebServer<?, ?> server;

	/**
	 * The application.
	 * @return the application, still to be run
	 */
	protected abstract SpringApplication application();

	/**
	 * What gives the server its listeners; a bean of the application.
	 * @param listeners the listeners
	 * @return the customizer
	 */
	protected abstract SharedWebServer<?, ?> customizer(List<AdoptedListener> listeners);

	@BeforeEach
	void bind() throws IOException {
		this.shared.add(TestListeners.bind());
		this.shared.add(TestListeners.bind());
	}

	@AfterEach
	void close() throws IOException {
		this.context.close();
		for (TcpListener listener : this.shared) {
			listener.close();
		}
	}

	@Test
	void theLocalPortIsThatOfTheFirstListener() throws Exception {
		start();
		assertThat(this.context.getEnvironment().getProperty("local.server.port", Integer.class))
			.isEqualTo(this.shared.get(0).localAddress().getPort());
	}

	@Test
	void compression() throws Exception {
		start("server.compression.enabled=true", "server.compression.mime-types=text/plain");
		for (TcpListener listener : this.shared) {
			HttpResponse<byte[]> response = HttpClient.newHttpClient()
				.send(request("http", listener, "/long").header("Accept-Encoding", "gzip").build(),
						BodyHandlers.ofByteArray());
			assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
			assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes()).hasSize(10_000);
		}
	}

	@Test
	void sslWithABundle() throws Exception {
		start("server.ssl.bundle=localhost");
		for (TcpListener listener : this.shared) {
			assertThat(getCertificate("localhost", listener)).contains("CN=localhost");
		}
	}

	/** Not every server has a bundle for each server name. */
	protected final void usesBundlesByServerName() throws Exception {
		start("server.ssl.bundle=localhost", "server.ssl.server-name-bundles[0].server-name=other.localhost",
				"server.ssl.server-name-bundles[0].bundle=other");
		for (TcpListener listener : this.shared) {
			assertThat(getCertificate("localhost", listener)).contains("CN=localhost");
			assertThat(getCertificate("other.localhost", listener)).contains("CN=other");
		}
	}

	@Test
	void http2OverTls() throws Exception {
		start("server.http2.enabled=true", "server.ssl.bundle=localhost");
		for (TcpListener listener : this.shared) {
			HttpResponse<String> response = client().send(request("https", listener, "/").build(),
					BodyHandlers.ofString());
			assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(response.body()).isEqualTo("settings");
		}
	}

	@Test
	void http2WithoutTls() throws Exception {
		start("server.http2.enabled=true");
		for (TcpListener listener : this.shared) {
			HttpResponse<String> response = client().send(request("http", listener, "/").build(),
					BodyHandlers.ofString());
			assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
		}
	}

	// On a JDK that has none, the setting is passed over.
	@Test
	void virtualThreads() throws Exception {
		start("spring.threads.virtual.enabled=true");
		for (TcpListener listener : this.shared) {
			try (HttpConnection client = HttpConnection.open(listener.localAddress())) {
				assertThat(client.get("/").body()).isEqualTo("settings");
			}
		}
	}

	private static Map<String, Object> bundles() {
		Map<String, Object> bundles = new HashMap<>();
		for (String name : List.of("localhost", "other")) {
			String keyStore = "spring.ssl.bundle.pem.%s.keystore.".formatted(name);
			String file = "classpath:io/pmboot/web/tomcat/" + name;
			bundles.put(keyStore + "certificate", file + ".crt");
			bundles.put(keyStore + "private-key", file + ".key");
		}
		return bundles;
	}

	private String getCertificate(String host, TcpListener listener) throws Exception {
		var socket = (SSLSocket) TestCertificates.trusting()
			.getSocketFactory()
			.createSocket(new Socket("127.0.0.1", listener.localAddress().getPort()), host,
					listener.localAddress().getPort(), true);
		try (socket) {
			socket.startHandshake();
			return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSubjectX500Principal().getName();
		}
	}

	protected final void start(String... properties) throws IOException {
		List<AdoptedListener> adopted = new ArrayList<>();
		for (TcpListener listener : this.shared) {
			adopted.add(TestListeners.adopt(listener));
		}
		this.server = customizer(adopted);
		SpringApplication application = application();
		Map<String, Object> defaults = bundles();
		// Nobody is to be waited for when a test ends.
		defaults.put("spring.reactor.netty.shutdown-quiet-period", "0s");
		application.setDefaultProperties(defaults);
		List<String> arguments = new ArrayList<>();
		arguments.add("--server.port=" + this.shared.get(0).localAddress().getPort());
		Stream.of(properties).map((property) -> "--" + property).forEach(arguments::add);
		application.addInitializers((context) -> context.getBeanFactory().registerSingleton("server", this.server));
		this.context = application.run(arguments.toArray(String[]::new));
		this.server.open();
	}

	private static HttpRequest.Builder request(String scheme, TcpListener listener, String path) {
		InetSocketAddress address = listener.localAddress();
		return HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + address.getPort() + path));
	}

	private static HttpClient client() throws Exception {
		return HttpClient.newBuilder().sslContext(TestCertificates.trusting()).build();
	}

}
