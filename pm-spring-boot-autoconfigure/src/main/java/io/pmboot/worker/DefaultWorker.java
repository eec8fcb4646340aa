package io.pmboot.worker;

import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

import io.pmboot.Delivery;
import io.pmboot.Worker;
import org.jspecify.annotations.Nullable;

/**
 * This worker as the master named it.
 */
final class DefaultWorker implements Worker {

	private final WorkerConnection connection;

	private final Supplier<@Nullable TakenListeners> listeners;

	DefaultWorker(WorkerConnection connection, Supplier<@Nullable TakenListeners> listeners) {
		this.connection = connection;
		this.listeners = listeners;
	}

	@Override
	public String group() {
		return this.connection.welcome().group();
	}

	@Override
	public int index() {
		return this.connection.welcome().index();
	}

	@Override
	public int generation() {
		return this.connection.welcome().generation();
	}

	@Override
	public <T extends @Nullable Object> T serially(Callable<T> section) throws Exception {
		return this.connection.turns().serially(section);
	}

	@Override
	public CompletionStage<List<ServerSocketChannel>> listeners() {
		TakenListeners listeners = this.listeners.get();
		if (listeners == null) {
			throw new IllegalStateException(
					"The listeners of group '%s' cannot be taken: this worker has a web server or a ConnectionHandler for them"
						.formatted(group()));
		}
		return listeners.take();
	}

	@Override
	public void disconnect() {
		this.connection.loop().execute(this.connection.states()::disconnect);
	}

	@Override
	public String toString() {
		return "%s-%d (generation %d)".formatted(group(), index(), generation());
	}

	@Override
	public void score(String name, double value) {
		this.connection.scores().put(name, value);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, Object payload) {
		return this.connection.messages().outbox().send(group, payload);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, int index, Object payload) {
		return this.connection.messages().outbox().send(group, index, payload);
	}

}
