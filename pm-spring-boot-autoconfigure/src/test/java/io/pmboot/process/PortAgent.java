package io.pmboot.process;

import java.io.IOException;
import java.net.ServerSocket;

/**
 * An agent that serves on the port that is its argument, as exporters of metrics do.
 */
public final class PortAgent {

	private PortAgent() {
	}

	public static void premain(String port) throws IOException {
		new ServerSocket(Integer.parseInt(port)).close();
	}

}
