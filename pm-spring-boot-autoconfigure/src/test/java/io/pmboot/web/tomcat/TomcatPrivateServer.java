package io.pmboot.web.tomcat;

import java.io.CharArrayWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.pmboot.accept.TestSpreads;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.socket.TcpListener;
import io.pmboot.socket.TestListeners;
import io.pmboot.web.PrivateConnector;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.valves.AbstractAccessLogValve;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;

/**
 * A worker's Tomcat that notes what it is asked, and by whom it is counted.
 */
public final class TomcatPrivateServer implements AutoCloseable {

	private final AdoptedListener listener;

	private final SharedTomcat shared;

	private final TomcatWebServer server;

	private final ConcurrentLinkedQueue<String> requests = new ConcurrentLinkedQueue<>();

	private final ConcurrentLinkedQueue<String> accessLog = new ConcurrentLinkedQueue<>();

	public TomcatPrivateServer(TcpListener shared, Path directory) throws IOException {
		this.listener = TestListeners.adopt(shared);
		this.shared = new SharedTomcat(List.of(this.listener), TestSpreads.of(Duration.ZERO));
		TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(shared.localAddress().getPort());
		factory.setBaseDirectory(directory.resolve("tomcat").toFile());
		factory.addEngineValves(new AccessLog());
		this.shared.customize(factory);
		this.server = (TomcatWebServer) factory
			.getWebServer((context) -> context.addServlet("notes", new Notes()).addMapping("/*"));
		this.server.start();
	}

	public PrivateConnector connector() {
		return this.shared.privateConnector();
	}

	public List<String> requests() {
		return new ArrayList<>(this.requests);
	}

	public List<String> accessLog() {
		return new ArrayList<>(this.accessLog);
	}

	public long served() {
		return this.shared.served();
	}

	public int connectors() {
		return this.server.getTomcat().getService().findConnectors().length;
	}

	public int openAndGet(String path) throws IOException {
		this.shared.open();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.server.getPort())) {
			socket.getOutputStream()
				.write("GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".formatted(path)
					.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
			return Integer.parseInt(answer.split(" ")[1]);
		}
	}

	@Override
	public void close() throws IOException {
		this.server.stop();
		this.server.destroy();
		this.listener.close();
	}

	/**
	 * An access log in memory.
	 */
	private final class AccessLog extends AbstractAccessLogValve {

		AccessLog() {
			setPattern("%m %U %s");
		}

		@Override
		protected void log(CharArrayWriter message) {
			TomcatPrivateServer.this.accessLog.add(message.toString());
		}

	}

	/**
	 * Answers, and takes notes.
	 */
	private final class Notes extends HttpServlet {

		@Override
		protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
			String query = (request.getQueryString() != null) ? "?" + request.getQueryString() : "";
			TomcatPrivateServer.this.requests.add("%s %s%s %s %s".formatted(request.getMethod(),
					request.getRequestURI(), query, request.getProtocol(), request.getHeader("X-Who")));
			if (request.getRequestURI().equals("/error")) {
				response.sendError(500);
			}
			else if (request.getRequestURI().equals("/missing")) {
				response.sendError(404);
			}
			else {
				response.getWriter().print("ok");
			}
		}

	}

}
