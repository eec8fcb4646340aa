package io.pmboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import io.pmboot.env.RunDirectory;
import io.pmboot.process.ProcessLauncher.BeforeFork;
import io.pmboot.web.PrivateConnector;
import io.pmboot.web.PrivateConnector.ServedBy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The socket of the master's Actuator, without which no master starts.
 */
class MasterActuatorSocket extends ActuatorSocket implements BeforeFork {

	private static final Log logger = LogFactory.getLog(MasterActuatorSocket.class);

	private final RunDirectory runDirectory;

	MasterActuatorSocket(List<PrivateConnector> servers, RunDirectory runDirectory) {
		super(servers, runDirectory.actuatorSocket(), ServedBy.REQUEST_THREADS);
		this.runDirectory = runDirectory;
	}

	@Override
	void opened(Path socket) {
		logger.info("The master's Actuator answers on the unix socket " + socket);
	}

	@Override
	void failed(IOException ex) {
		throw this.runDirectory.unusable(ex);
	}

	/** Opens it again where it was removed. No fork fails for want of it. */
	@Override
	public void check() {
		ensureReachable();
	}

}
