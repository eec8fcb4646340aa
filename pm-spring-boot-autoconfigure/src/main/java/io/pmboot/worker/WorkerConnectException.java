package io.pmboot.worker;

import java.nio.file.Path;

import io.pmboot.control.WorkerVariables;

/**
 * A worker cannot reach its master.
 */
public class WorkerConnectException extends RuntimeException {

	private final Path controlSocket;

	WorkerConnectException(Path controlSocket, Exception cause) {
		super("This worker cannot connect to its master: " + cause.getMessage(), cause);
		this.controlSocket = controlSocket;
	}

	/**
	 * The control socket that the master named, by the system property
	 * {@value WorkerVariables#CONTROL_SOCKET}.
	 * @return the path
	 */
	public Path controlSocket() {
		return this.controlSocket;
	}

}
