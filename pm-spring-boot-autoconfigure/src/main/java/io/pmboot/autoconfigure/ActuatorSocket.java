package io.pmboot.autoconfigure;

import java.io.IOException;
import java.util.List;

import io.pmboot.env.RunDirectory;
import io.pmboot.process.ProcessLauncher.BeforeFork;
import io.pmboot.web.PrivateConnector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Lets the master's Actuator answer on a unix socket in the run directory, for the
 * master's user and root alone.
 */
class ActuatorSocket implements SmartLifecycle, BeforeFork {

	private static final Log logger = LogFactory.getLog(ActuatorSocket.class);

	private final List<PrivateConnector> servers;

	private final RunDirectory runDirectory;

	private volatile PrivateConnector.@Nullable Opened opened;

	/** What was wrong at the last look, on one thread only. */
	private @Nullable String trouble;

	ActuatorSocket(List<PrivateConnector> servers, RunDirectory runDirectory) {
		this.servers = servers;
		this.runDirectory = runDirectory;
	}

	@Override
	public void start() {
		this.servers.stream().filter(PrivateConnector::isInUse).findFirst().ifPresent(this::open);
	}

	private void open(PrivateConnector server) {
		try {
			this.opened = server.open(this.runDirectory.actuatorSocket());
			logger.info("The master's Actuator answers on the unix socket " + this.runDirectory.actuatorSocket());
		}
		catch (IOException ex) {
			throw this.runDirectory.unusable(ex);
		}
	}

	/** Opens it again where it was removed. No fork fails for want of it. */
	@Override
	public void check() {
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
				logger.warn("The socket %s of the master's Actuator was removed, and cannot be opened again: %s"
					.formatted(this.runDirectory.actuatorSocket(), ex));
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
			logger.warn("The socket of the master's Actuator could not be closed", ex);
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
