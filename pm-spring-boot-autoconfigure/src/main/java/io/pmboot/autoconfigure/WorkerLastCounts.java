package io.pmboot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.pmboot.control.Frame;
import io.pmboot.control.WorkerVariables;
import io.pmboot.socket.UnixHttpClient;
import io.pmboot.web.PrivateConnector;
import io.pmboot.worker.WorkerConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;

/**
 * Leaves the metrics of this worker to its master when it has drained and nothing has
 * been stopped yet: in a file of the run directory, which is there before the socket is
 * gone by which the master asks. Asked of this worker's own Actuator, whose rules hold.
 */
class WorkerLastCounts implements ApplicationListener<ContextClosedEvent>, Ordered {

	private static final Map<String, List<String>> HEADERS = Map.of("Accept",
			List.of("application/openmetrics-text; version=1.0.0"), "Connection", List.of("close"));

	private static final Log logger = LogFactory.getLog(WorkerLastCounts.class);

	private static final UnixHttpClient.Bounds BOUNDS = new UnixHttpClient.Bounds(Duration.ofSeconds(2),
			Duration.ofSeconds(1));

	private final WorkerConnection connection;

	private final ApplicationContext context;

	private volatile @Nullable Source source;

	WorkerLastCounts(WorkerConnection connection, ApplicationContext context) {
		this.connection = connection;
		this.context = context;
	}

	/**
	 * From now on they can be asked for.
	 * @param socket the socket of this worker's Actuator, which may have a context of its
	 * own
	 * @param path where the endpoint is
	 */
	void use(Path socket, String path) {
		this.source = new Source(socket, path);
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		Source source = this.source;
		if (event.getApplicationContext() == this.context && source != null) {
			try {
				leave(source);
			}
			catch (IOException | RuntimeException ex) {
				logger.warn("The last counts of this worker are lost to whoever sums them: " + ex);
			}
		}
	}

	private void leave(Source source) throws IOException {
		Path file = PrivateConnector.countsOf(Path.of(System.getProperty(WorkerVariables.RUN_DIRECTORY, "")),
				ProcessHandle.current().pid());
		Path next = file.resolveSibling("." + file.getFileName());
		try {
			leave(source, next);
			Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
		}
		finally {
			Files.deleteIfExists(next);
		}
	}

	private void leave(Source source, Path next) throws IOException {
		try (UnixHttpClient client = new UnixHttpClient(source.socket(), BOUNDS);
				OutputStream out = Files.newOutputStream(next)) {
			UnixHttpClient.Answer answer = client.send("GET", source.path(), HEADERS, null);
			if (answer.status() != 200) {
				throw new IOException("it answers with " + answer.status());
			}
			Frame.Welcome self = this.connection.welcome();
			out.write("# %s %d %d\n".formatted(self.group(), self.index(), self.generation())
				.getBytes(StandardCharsets.UTF_8));
			try (InputStream body = answer.body()) {
				body.transferTo(out);
			}
		}
	}

	/** After the drain, and before anything else hears of the close. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 1;
	}

	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	private record Source(Path socket, String path) {
	}

}
