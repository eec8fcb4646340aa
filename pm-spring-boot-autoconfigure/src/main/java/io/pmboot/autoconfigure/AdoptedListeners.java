package io.pmboot.autoconfigure;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

import io.pmboot.socket.AdoptedListener;
import io.pmboot.worker.WorkerConnection;
import org.jspecify.annotations.Nullable;

/**
 * The listeners that the master passed to this worker, in the order of the group's
 * configuration.
 *
 * @param grpc those of the application's gRPC server
 * @param others those of its web server or handler, or its own; none, as the former, for
 * a group without listeners
 */
record AdoptedListeners(List<AdoptedListener> grpc, List<AdoptedListener> others) {

	static AdoptedListeners receive(WorkerConnection connection, @Nullable GrpcPort grpcPort) throws IOException {
		List<AdoptedListener> grpc = new ArrayList<>();
		List<AdoptedListener> others = new ArrayList<>();
		for (AdoptedListener listener : connection.receiveListeners()) {
			((grpcPort != null && grpcPort.isAt(listener.localAddress())) ? grpc : others).add(listener);
		}
		return new AdoptedListeners(List.copyOf(grpc), List.copyOf(others));
	}

	/**
	 * Which of a worker's listeners are those of its gRPC server.
	 *
	 * @param port {@code spring.grpc.server.port}
	 * @param alone whether there is no web server beside it: then all are
	 */
	record GrpcPort(int port, boolean alone) {

		boolean isAt(SocketAddress address) {
			return this.alone || (address instanceof InetSocketAddress inet && inet.getPort() == this.port);
		}

	}

}
