package io.pmboot.master;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import io.netty.channel.unix.FileDescriptor;
import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;
import org.jspecify.annotations.Nullable;

/**
 * Listeners of groups: an address is taken while a worker of its group that was told to
 * drain has not yet let it go, or somebody else has it.
 */
final class FakeListeners implements GroupListeners {

	private final FakeWorld world;

	/** By group and generation. */
	private final Map<String, Map<Integer, List<String>>> addresses = new HashMap<>();

	private final Set<String> closed = new HashSet<>();

	private final Map<String, Long> heldUntil = new HashMap<>();

	Duration bindTakes = Duration.ofMillis(1);

	Duration letGoTakes = Duration.ZERO;

	/** What a stopped group listened on. */
	boolean taken;

	/** What a new version is to listen on besides. */
	boolean othersTaken;

	int attempts;

	FakeListeners(FakeWorld world, GroupSettings... settings) {
		this.world = world;
		for (GroupSettings group : settings) {
			this.addresses.put(group.name(), new HashMap<>(Map.of(FIRST, texts(group))));
		}
	}

	private static List<String> texts(GroupSettings group) {
		return group.listen().stream().map(ListenAddress::toString).toList();
	}

	@Override
	public List<String> addresses(String group, int generation) {
		return this.addresses.get(group).getOrDefault(generation, List.of());
	}

	@Override
	public List<FileDescriptor> descriptors(String group, int generation) {
		return List.of();
	}

	boolean open(String group) {
		return !this.closed.contains(group);
	}

	/**
	 * Everywhere that a group listens.
	 * @param group the group
	 * @return the addresses of all generations that are left
	 */
	Set<String> all(String group) {
		return this.addresses.get(group).values().stream().flatMap(List::stream).collect(Collectors.toSet());
	}

	@Override
	public void close(String group) {
		if (this.closed.add(group)) {
			this.heldUntil.put(group, this.world.loop().nanoTime() + this.letGoTakes.toNanos());
		}
	}

	@Override
	public void end(String group) {
	}

	@Override
	public void inherit(String group, int from, int to) {
		this.addresses.get(group).put(to, addresses(group, from));
	}

	@Override
	public void keep(String group, Set<Integer> generations) {
		this.addresses.get(group).keySet().retainAll(generations);
		for (FakeWorker worker : this.world.workers) {
			this.world.check(
					!worker.alive() || !worker.launch.group().equals(group)
							|| generations.contains(worker.launch.generation()),
					"keeps the listeners of whoever lives", worker);
		}
	}

	@Override
	public CompletionStage<Binding> bind(GroupSettings settings, int from, int to) {
		String group = settings.name();
		boolean reopened = !open(group);
		this.world.check(reopened || from != to || this.world.info(group).generation() != to,
				"binds only what is not bound", group);
		this.attempts += reopened ? 1 : 0;
		boolean added = !addresses(group, from).containsAll(texts(settings));
		CompletableFuture<Binding> bound = new CompletableFuture<>();
		this.world.loop().at(this.bindTakes, () -> {
			IOException failure = (reopened || added) ? failure(settings, reopened) : null;
			if (failure != null) {
				bound.completeExceptionally(BoundListeners.failure(group, settings.listen().get(0), failure));
			}
			else {
				bound.complete(new FakeBinding(settings, to));
			}
		});
		return bound;
	}

	private @Nullable IOException failure(GroupSettings settings, boolean reopened) {
		String group = settings.name();
		if (settings.listen().isEmpty()) {
			return null;
		}
		boolean held = reopened && this.world.alive().stream().anyMatch((worker) -> worker.launch.group().equals(group))
				&& this.world.loop().nanoTime() < this.heldUntil.get(group);
		return (held || (reopened ? this.taken : this.othersTaken))
				? new AddressInUseException(new InetSocketAddress(80), new IOException("in use")) : null;
	}

	/**
	 * What was bound.
	 */
	private final class FakeBinding implements Binding {

		private final GroupSettings settings;

		private final int generation;

		FakeBinding(GroupSettings settings, int generation) {
			this.settings = settings;
			this.generation = generation;
		}

		@Override
		public void keep() {
			String group = this.settings.name();
			if (FakeListeners.this.closed.remove(group)) {
				FakeListeners.this.addresses.get(group).clear();
			}
			FakeListeners.this.addresses.get(group).put(this.generation, texts(this.settings));
		}

		@Override
		public void drop() {
		}

	}

}
