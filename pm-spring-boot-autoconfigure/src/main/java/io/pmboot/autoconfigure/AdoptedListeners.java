package io.pmboot.autoconfigure;

import java.io.IOException;
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

	static AdoptedListeners receive(WorkerConnection connection, @Nullable GrpcServerPort grpcPort) throws IOException {
		List<AdoptedListener> grpc = new ArrayList<>();
		List<AdoptedListener> others = new ArrayList<>();
		for (AdoptedListener listener : connection.receiveListeners()) {
			((grpcPort != null && grpcPort.isAt(listener.localAddress())) ? grpc : others).add(listener);
		}
		return new AdoptedListeners(List.copyOf(grpc), List.copyOf(others));
	}

}
