package io.pmboot.web.tomcat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the connections of one listener, when the gate lets it.
 */
final class ListenerAcceptor implements Runnable {

	private static final Log logger = LogFactory.getLog(ListenerAcceptor.class);

	private static final long FIRST_DELAY = 50;

	private static final long LONGEST_DELAY = 1600;

	private final SharedNioEndpoint endpoint;

	private final AcceptGate gate;

	private final Lane lane;

	ListenerAcceptor(SharedNioEndpoint endpoint, AcceptGate gate, Lane lane) {
		this.endpoint = endpoint;
		this.gate = gate;
		this.lane = lane;
	}

	@Override
	public void run() {
		long delay = 0;
		try {
			while (true) {
				try {
					if (!accept()) {
						return;
					}
					delay = 0;
				}
				catch (IOException | RuntimeException ex) {
					// Out of descriptors, most likely: it passes when connections end.
					// Never
					// ends the acceptor: the worker would be READY and accept nothing.
					logger.error("Accepting on " + this.lane + " failed", ex);
					delay = Math.min(LONGEST_DELAY, Math.max(FIRST_DELAY, delay * 2));
					TimeUnit.MILLISECONDS.sleep(delay);
				}
			}
		}
		catch (InterruptedException ex) {
			logger.warn("The acceptor of " + this.lane + " was interrupted and ends");
		}
	}

	private boolean accept() throws IOException, InterruptedException {
		this.endpoint.countUpOrAwaitConnection();
		boolean counted = false;
		try {
			ServerSocketChannel channel = this.gate.enter(this.lane);
			if (channel == null) {
				return false;
			}
			try {
				SocketChannel connection = accept(channel);
				if (connection != null) {
					this.gate.accepted(this.lane, connection);
					counted = true;
					this.endpoint.serve(connection);
				}
			}
			finally {
				this.gate.leave(this.lane);
			}
			return true;
		}
		finally {
			if (!counted) {
				this.endpoint.countDownUnused();
			}
		}
	}

	private @Nullable SocketChannel accept(ServerSocketChannel channel) throws IOException {
		try {
			return channel.accept();
		}
		catch (ClosedChannelException ex) {
			// Called back. What was accepted in the same moment is returned, not lost.
			return null;
		}
	}

}
