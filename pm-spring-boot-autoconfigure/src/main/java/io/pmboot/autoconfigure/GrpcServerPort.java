package io.pmboot.autoconfigure;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * Which of a worker's listeners are those of its gRPC server.
 *
 * @param port {@code spring.grpc.server.port}
 * @param alone whether there is no web server beside it: then all are
 */
record GrpcServerPort(int port, boolean alone) {

	boolean isAt(SocketAddress address) {
		return this.alone || (address instanceof InetSocketAddress inet && inet.getPort() == this.port);
	}

}
