package io.pmboot.master;

import java.io.Closeable;
import java.io.IOException;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.loop.LoopLog;
import io.pmboot.socket.BoundListener;
import io.pmboot.socket.ListenAddress;

/**
 * A listener of a group, and the address by which it was asked for.
 *
 * @param configured the address as configured
 * @param given the address with the port that was given
 * @param listener the listener
 */
record BoundAddress(ListenAddress configured, ListenAddress given, BoundListener listener) {

	private static final LoopLog logger = LoopLog.of(BoundAddress.class);

	static BoundAddress of(ListenAddress configured, BoundListener listener) {
		return new BoundAddress(configured, listener.given(configured), listener);
	}

	FileDescriptor descriptor() {
		return this.listener.descriptor();
	}

	void end() {
		close(this.listener::end);
	}

	void close() {
		close(this.listener);
	}

	private void close(Closeable listener) {
		try {
			listener.close();
		}
		catch (IOException ex) {
			logger.warn("Listener on %s could not be closed".formatted(this.given), ex);
		}
	}

}
