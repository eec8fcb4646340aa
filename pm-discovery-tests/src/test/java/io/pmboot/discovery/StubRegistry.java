package io.pmboot.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * As much of Eureka's and Consul's HTTP as their clients need to register and to leave,
 * and a record of who was registered when.
 */
final class StubRegistry implements AutoCloseable {

	private static final Pattern EUREKA_INSTANCE = Pattern.compile("/eureka/apps/[^/]+/([^/]+)(/status)?");

	private static final Pattern CONSUL_DEREGISTER = Pattern.compile("/v1/agent/service/deregister/(.+)");

	private static final Pattern ID = Pattern.compile("\"(?:instanceId|ID)\"\\s*:\\s*\"([^\"]+)\"");

	private final HttpServer server;

	private final Set<String> instances = new TreeSet<>();

	private final List<String> history = new ArrayList<>();

	private int least;

	StubRegistry() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/**
	 * The instances that clients are sent to.
	 * @return their ids
	 */
	synchronized Set<String> instances() {
		return Set.copyOf(this.instances);
	}

	/** Counts from now on. */
	synchronized void count() {
		this.least = this.instances.size();
	}

	/**
	 * How few there were at any moment since it is counted.
	 * @return the number
	 */
	synchronized int least() {
		return this.least;
	}

	/**
	 * What has been asked of it.
	 * @return all requests that changed anything
	 */
	synchronized List<String> history() {
		return List.copyOf(this.history);
	}

	private void handle(HttpExchange exchange) throws IOException {
		String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
		int status = change(exchange.getRequestMethod(), exchange.getRequestURI().getPath(),
				String.valueOf(exchange.getRequestURI().getQuery()), body);
		byte[] answer = ((status == 200) ? "{}" : "").getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().add("Content-Type", "application/json");
		exchange.sendResponseHeaders(status, (answer.length > 0) ? answer.length : -1);
		exchange.getResponseBody().write(answer);
		exchange.close();
	}

	private synchronized int change(String method, String path, String query, String body) {
		if (method.equals("POST") && path.startsWith("/eureka/apps/")) {
			register(id(body), body.contains("\"status\":\"UP\""));
			return 204;
		}
		Matcher eureka = EUREKA_INSTANCE.matcher(path);
		if (eureka.matches() && method.equals("DELETE")) {
			register(eureka.group(1), false);
		}
		else if (eureka.matches() && eureka.group(2) != null) {
			register(eureka.group(1), query.contains("value=UP"));
		}
		else if (eureka.matches() && method.equals("PUT") && !this.instances.contains(eureka.group(1))) {
			// A heartbeat of somebody unknown: it is to register again.
			return 404;
		}
		else if (path.equals("/v1/agent/service/register")) {
			register(id(body), true);
		}
		else if (CONSUL_DEREGISTER.matcher(path).matches()) {
			register(path.substring(path.lastIndexOf('/') + 1), false);
		}
		return 200;
	}

	private void register(String id, boolean up) {
		this.history.add((up ? "+" : "-") + id);
		if (up) {
			this.instances.add(id);
		}
		else {
			this.instances.remove(id);
		}
		this.least = Math.min(this.least, this.instances.size());
	}

	private static String id(String body) {
		Matcher id = ID.matcher(body);
		if (!id.find()) {
			throw new IllegalArgumentException("no id in " + body);
		}
		return id.group(1);
	}

	@Override
	public void close() {
		this.server.stop(0);
	}

}
