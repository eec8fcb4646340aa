package io.pmboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.web.PrivateConnector;
import io.pmboot.web.PrivateConnector.ServedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Lets an Actuator answer on a unix socket in the run directory, for the master's user
 * and root alone.
 */
abstract class ActuatorSocket implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ActuatorSocket.class);

	private final List<? extends PrivateConnector> servers;

	private final Path path;

	private final ServedBy threads;

	private volatile PrivateConnector.@Nullable Opened opened;

	/** What was wrong at the last look, on one thread only. */
	private @Nullable String trouble;

	/**
	 * Creates it.
	 * @param servers the ways into web servers, one of which is in use
	 * @param path where the socket is to be
	 * @param threads who serves what comes by it
	 */
	ActuatorSocket(List<? extends PrivateConnector> servers, Path path, ServedBy threads) {
		this.servers = servers;
		this.path = path;
		this.threads = threads;
	}

	@Override
	public void start() {
		this.servers.stream().filter(PrivateConnector::isInUse).findFirst().ifPresent(this::open);
	}

	private void open(PrivateConnector server) {
		try {
			this.opened = server.open(this.path, this.threads);
		}
		catch (IOException ex) {
			failed(ex);
			return;
		}
		opened(this.path);
	}

	/** It answers now. */
	abstract void opened(Path socket);

	/** It cannot answer. */
	abstract void failed(IOException ex);

	/** Opens it again where it was removed. Blocks; not for two threads at a time. */
	void ensureReachable() {
		PrivateConnector.Opened opened = this.opened;
		if (opened == null) {
			return;
		}
		try {
			opened.socket().ensureReachable();
			this.trouble = null;
		}
		catch (IOException ex) {
			if (!ex.toString().equals(this.trouble)) {
				logger.warn("The socket %s of the Actuator was removed, and cannot be opened again: %s"
					.formatted(this.path, ex));
			}
			this.trouble = ex.toString();
		}
	}

	@Override
	public void stop() {
		PrivateConnector.Opened opened = this.opened;
		this.opened = null;
		try {
			if (opened != null) {
				opened.close();
			}
		}
		catch (IOException ex) {
			logger.warn("The socket %s of the Actuator could not be closed".formatted(this.path), ex);
		}
	}

	@Override
	public boolean isRunning() {
		return this.opened != null;
	}

	/** After the web server, and to end before it. */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 1;
	}

}
