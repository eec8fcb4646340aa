package io.pmboot.web.grpc;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.grpc.Server;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.pmboot.DrainReason;
import io.pmboot.socket.AdoptedListener;
import io.pmboot.web.DrainingServer;
import io.pmboot.web.netty.NettyAcceptor;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC server on any number of listeners that other processes hold too.
 */
final class SharedServer implements DrainingServer {

	private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

	private final CompletableFuture<Void> ended = new CompletableFuture<>();

	private final NettyAcceptor acceptor;

	private volatile @Nullable Server server;

	private volatile boolean shutDown;

	SharedServer(List<AdoptedListener> listeners) {
		this.acceptor = new NettyAcceptor(listeners, "grpc-", this::connected);
		this.acceptor.setTcpOptions(Map.of(ChannelOption.SO_KEEPALIVE, true));
	}

	private void connected(Channel connection) {
		this.connections.add(connection);
		connection.closeFuture().addListener((closed) -> {
			this.connections.remove(connection);
			endIfOver();
		});
	}

	void setChannel(Channel channel) {
		this.acceptor.setServer(channel);
	}

	/**
	 * The server has been started.
	 * @param server the server
	 */
	void setServer(Server server) {
		this.server = server;
	}

	@Override
	public void beginAccepting() throws IOException {
		this.acceptor.begin();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		// Not before it has taken all that was accepted: one that it takes later, it
		// would not tell.
		this.acceptor.end(this::shutDown);
		return this.ended.minimalCompletionStage();
	}

	// Waits for an event loop, so that it must not be called on one.
	private void shutDown() {
		Thread thread = new Thread(() -> {
			Server server = this.server;
			if (server != null) {
				server.shutdown();
			}
			this.shutDown = true;
			endIfOver();
		}, "pm-grpc-drain");
		thread.setDaemon(true);
		thread.start();
	}

	private void endIfOver() {
		if (this.shutDown && this.connections.isEmpty()) {
			this.ended.completeAsync(() -> null);
		}
	}

	@Override
	public void hasten(DrainReason reason) {
		// Every client has been told to leave, idle ones first.
	}

	@Override
	public int connections() {
		return this.connections.size();
	}

}
