package io.pmboot.control;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.netty.channel.unix.FileDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * A master that admits, welcomes, lets go and remembers. Used by the worker's tests too.
 */
public final class RecordingHandler implements ControlHandler {

	private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();

	private final Frame.Welcome welcome;

	private final List<FileDescriptor> listeners;

	private volatile CompletionStage<Boolean> admission = CompletableFuture.completedFuture(true);

	private volatile @Nullable ControlConnection connection;

	private volatile boolean silent;

	public RecordingHandler() {
		this(Duration.ofSeconds(30), List.of());
	}

	public RecordingHandler(Duration terminateTimeout, List<FileDescriptor> listeners) {
		// Longer than any test.
		this(terminateTimeout, listeners, Duration.ofHours(1));
	}

	public RecordingHandler(Duration terminateTimeout, List<FileDescriptor> listeners, Duration heartbeatInterval) {
		this.listeners = listeners;
		List<String> names = listeners.stream().map((listener) -> "127.0.0.1:0").toList();
		this.welcome = new Frame.Welcome(Frame.VERSION, "web", 1, 2, names, terminateTimeout, 3, heartbeatInterval,
				1000, List.of());
	}

	RecordingHandler admitting(CompletionStage<Boolean> admission) {
		this.admission = admission;
		return this;
	}

	public RecordingHandler silent() {
		this.silent = true;
		return this;
	}

	public Frame.Welcome welcome() {
		return this.welcome;
	}

	public @Nullable ControlConnection connection() {
		return this.connection;
	}

	/**
	 * Waits for what happens next.
	 * @return a message, or a {@link Connected} or {@link Disconnected}
	 * @throws InterruptedException if interrupted
	 */
	public Object next() throws InterruptedException {
		Object event = this.events.poll(30, TimeUnit.SECONDS);
		if (event == null) {
			throw new AssertionError("Nothing happened for 30 s");
		}
		return event;
	}

	/**
	 * What has happened and was not asked for yet.
	 * @return whether there is nothing
	 */
	public boolean isQuiet() {
		return this.events.isEmpty();
	}

	@Override
	public CompletionStage<Boolean> admits(long pid) {
		return this.admission;
	}

	@Override
	public void connected(long pid, ControlConnection connection) {
		this.connection = connection;
		this.events.add(new Connected(pid));
		if (!this.silent) {
			connection.send(this.welcome);
		}
	}

	@Override
	public void received(long pid, Frame frame) {
		this.events.add(frame);
		ControlConnection connection = this.connection;
		if (frame instanceof Frame.Draining draining && connection != null) {
			connection.send(new Frame.Drain(draining.reason(), this.welcome.terminateTimeout()));
		}
	}

	@Override
	public void disconnected(long pid, @Nullable String fault) {
		this.events.add(new Disconnected(pid, fault));
	}

	@Override
	public List<FileDescriptor> listeners(long pid) {
		return this.listeners;
	}

	/**
	 * A stream began.
	 *
	 * @param pid of this process
	 */
	public record Connected(long pid) {
	}

	/**
	 * A stream ended.
	 *
	 * @param pid of this process
	 * @param fault why, where something was wrong
	 */
	public record Disconnected(long pid, @Nullable String fault) {
	}

}
