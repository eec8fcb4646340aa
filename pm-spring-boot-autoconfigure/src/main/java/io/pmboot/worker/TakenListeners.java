package io.pmboot.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.pmboot.DrainReason;
import io.pmboot.accept.Serving;
import io.pmboot.loop.Threads;
import io.pmboot.socket.AdoptedListener;

/**
 * The listeners of a worker whose application accepts by itself.
 */
public final class TakenListeners implements Serving {

	private final List<AdoptedListener> listeners;

	private final List<ServerSocketChannel> channels = new ArrayList<>();

	private final CompletableFuture<List<ServerSocketChannel>> given = new CompletableFuture<>();

	private volatile boolean taken;

	/**
	 * Creates it; nobody has taken them.
	 * @param listeners the listeners, none for a group without
	 */
	public TakenListeners(List<AdoptedListener> listeners) {
		this.listeners = List.copyOf(listeners);
	}

	CompletionStage<List<ServerSocketChannel>> take() {
		this.taken = true;
		// What depends on it is code of the application.
		return this.given.whenCompleteAsync((channels, ex) -> {
		}, Threads.each("pm-listeners"));
	}

	/**
	 * Whether somebody has taken them, or there are none to be taken. May be called on
	 * any thread.
	 * @return whether nothing is missing
	 */
	public boolean isTaken() {
		return this.taken || this.listeners.isEmpty();
	}

	@Override
	public CompletionStage<Void> open() {
		for (AdoptedListener listener : this.listeners) {
			try {
				this.channels.add(listener.open());
			}
			catch (IOException ex) {
				throw new UncheckedIOException("Accepting on %s cannot begin".formatted(listener), ex);
			}
		}
		this.given.complete(List.copyOf(this.channels));
		return Serving.super.open();
	}

	@Override
	public CompletionStage<Void> drain(DrainReason reason) {
		AdoptedListener.close(this.channels);
		AdoptedListener.close(this.listeners);
		this.given.completeExceptionally(new ClosedChannelException());
		return CompletableFuture.completedStage(null);
	}

}
