package io.pmboot.master;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

import io.pmboot.Delivery;
import io.pmboot.GroupInfo;
import io.pmboot.Master;
import io.pmboot.PendingReload;

/**
 * The {@link Master} that others see: asks the event loop.
 */
public final class DefaultMaster implements Master {

	private final MasterLifecycle lifecycle;

	/**
	 * Creates the view.
	 * @param lifecycle the master
	 */
	public DefaultMaster(MasterLifecycle lifecycle) {
		this.lifecycle = lifecycle;
	}

	@Override
	public long pid() {
		return ProcessHandle.current().pid();
	}

	@Override
	public List<GroupInfo> groups() {
		return ask(Supervisor::infos);
	}

	@Override
	public GroupInfo group(String name) {
		return ask((supervisor) -> supervisor.info(name));
	}

	@Override
	public List<PendingReload> reload() {
		return reload(Supervisor::names);
	}

	@Override
	public PendingReload reload(String group) {
		return reload((supervisor) -> List.of(group)).get(0);
	}

	private List<PendingReload> reload(Function<Supervisor, Collection<String>> names) {
		return ask((supervisor) -> supervisor.reload(names.apply(supervisor))).stream()
			// Whoever waits for the outcome must not run on the event loop.
			.map((reload) -> new PendingReload(reload.started(), reload.finished().thenApplyAsync(Function.identity())))
			.toList();
	}

	@Override
	public CompletableFuture<Delivery> send(String group, Object payload) {
		return this.lifecycle.running().messages().sender().send(group, payload);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, int index, Object payload) {
		return this.lifecycle.running().messages().sender().send(group, index, payload);
	}

	private <T> T ask(Function<Supervisor, T> question) {
		try {
			return this.lifecycle.running().call(question).join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

}
