package io.pmboot.master;

import java.util.List;
import java.util.concurrent.CompletionStage;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.control.ControlConnection;
import io.pmboot.control.ControlHandler;
import io.pmboot.control.Message;
import org.jspecify.annotations.Nullable;

/**
 * Carries what arrives at the control socket to the supervisor, on the event loop that
 * both share.
 */
final class ControlRouter implements ControlHandler {

	private final Supervisor supervisor;

	private final BoundListeners listeners;

	ControlRouter(Supervisor supervisor, BoundListeners listeners) {
		this.supervisor = supervisor;
		this.listeners = listeners;
	}

	@Override
	public CompletionStage<Boolean> admits(long pid) {
		return this.supervisor.admits(pid);
	}

	@Override
	public void connected(long pid, int version, ControlConnection connection) {
		this.supervisor.connected(pid, connection);
	}

	@Override
	public void received(long pid, Message message) {
		this.supervisor.received(pid, message);
	}

	@Override
	public void disconnected(long pid, @Nullable String fault) {
		this.supervisor.disconnected(pid, fault);
	}

	@Override
	public List<FileDescriptor> listeners(long pid) {
		WorkerHandle worker = this.supervisor.worker(pid);
		return (worker != null) ? this.listeners.descriptors(worker.launch().group(), worker.generation()) : List.of();
	}

}
