package io.pmboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.pmboot.control.Frame;
import io.pmboot.control.WorkerVariables;
import io.pmboot.loop.Threads;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.PrivateConnector.ServedBy;
import io.pmboot.worker.WorkerConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.ExposableEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoint;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.util.StringUtils;

/**
 * The socket of a worker's Actuator, by which the master relays to it: from before the
 * worker is READY until its context has drained and closes. Threads of its own serve it,
 * so that a worker can be asked whose request threads are all held.
 */
class WorkerActuatorSocket extends ActuatorSocket {

	private static final Log logger = LogFactory.getLog(WorkerActuatorSocket.class);

	/** How often it is looked whether somebody has removed the socket. */
	private static final Duration INTERVAL = Duration.ofSeconds(10);

	private final WorkerConnection connection;

	private final PathMappedEndpoints endpoints;

	private final Supplier<String> prefix;

	private final boolean instead;

	private final ObjectProvider<WorkerLastCounts> counts;

	private final Executor looks = Threads.each("pm-actuator-socket");

	/**
	 * Creates it.
	 * @param connection the connection to the master
	 * @param servers the ways into web servers, one of which is in use
	 * @param endpoints the endpoints that this worker exposes
	 * @param prefix what is before their paths; asked for when the server runs
	 * @param instead whether it is there instead of a port
	 * @param counts leaves this worker's counts where it is there
	 */
	WorkerActuatorSocket(WorkerConnection connection, List<? extends PrivateConnector> servers,
			PathMappedEndpoints endpoints, Supplier<String> prefix, boolean instead,
			ObjectProvider<WorkerLastCounts> counts) {
		super(servers, PrivateConnector.actuatorOf(Path.of(System.getProperty(WorkerVariables.RUN_DIRECTORY, "")),
				ProcessHandle.current().pid()), ServedBy.OWN_THREADS);
		this.connection = connection;
		this.endpoints = endpoints;
		this.prefix = prefix;
		this.instead = instead;
		this.counts = counts;
	}

	@Override
	void opened(Path socket) {
		String before = StringUtils.trimTrailingCharacter(this.prefix.get(), '/');
		Map<String, String> paths = new LinkedHashMap<>();
		for (PathMappedEndpoint mapped : this.endpoints) {
			if (mapped instanceof ExposableEndpoint<?> endpoint) {
				EndpointId id = endpoint.getEndpointId();
				paths.put(id.toString(), before + this.endpoints.getPath(id));
			}
		}
		String metrics = paths.get("prometheus");
		if (metrics != null) {
			this.counts.ifAvailable((last) -> last.use(socket, metrics));
		}
		this.connection.actuator(paths);
		if (this.instead) {
			Frame.Welcome self = this.connection.welcome();
			logger.info(
					"No port is opened for this worker's Actuator, whatever management.server.port says: ask the master's for /actuator/pm/workers/%s/%d/{endpoint}"
						.formatted(self.group(), self.index()));
		}
		lookAgain();
	}

	@Override
	void failed(IOException ex) {
		logger.warn("The master cannot ask this worker's Actuator: " + ex.getMessage());
	}

	private void lookAgain() {
		this.connection.loop().schedule(() -> this.looks.execute(this::look), INTERVAL);
	}

	private void look() {
		if (isRunning()) {
			ensureReachable();
			lookAgain();
		}
	}

}
