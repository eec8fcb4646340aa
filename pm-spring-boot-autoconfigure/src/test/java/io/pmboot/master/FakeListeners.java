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

import io.pmboot.socket.AddressInUseException;
import io.pmboot.socket.ListenAddress;
import org.jspecify.annotations.Nullable;

/**
 * Listeners of groups: an address is taken while a worker of its group that was told to
 * drain has not yet let it go, or somebody else has it.
 */
final class FakeListeners implements GroupListeners {

	private final FakeWorld world;

	private final Map<String, List<String>> addresses = new HashMap<>();

	private final Set<String> closed = new HashSet<>();

	private final Map<String, Long> heldUntil = new HashMap<>();

	Duration bindTakes = Duration.ofMillis(1);

	Duration letGoTakes = Duration.ZERO;

	boolean taken;

	int attempts;

	FakeListeners(FakeWorld world, GroupSettings... settings) {
		this.world = world;
		for (GroupSettings group : settings) {
			this.addresses.put(group.name(), group.listen().stream().map(ListenAddress::toString).toList());
		}
	}

	@Override
	public List<String> addresses(String group) {
		return this.addresses.getOrDefault(group, List.of());
	}

	boolean open(String group) {
		return !this.closed.contains(group);
	}

	@Override
	public void close(String group) {
		if (this.closed.add(group)) {
			this.heldUntil.put(group, this.world.loop().nanoTime() + this.letGoTakes.toNanos());
		}
	}

	@Override
	public CompletionStage<Binding> bind(GroupSettings settings) {
		String group = settings.name();
		this.attempts++;
		this.world.check(!open(group), "binds only what was closed", group);
		CompletableFuture<Binding> bound = new CompletableFuture<>();
		this.world.loop().at(this.bindTakes, () -> {
			IOException failure = failure(group);
			if (failure != null) {
				bound.completeExceptionally(
						new ListenFailedException(group, ListenAddress.parse(addresses(group).get(0)), failure));
			}
			else {
				bound.complete(new FakeBinding(group));
			}
		});
		return bound;
	}

	private @Nullable IOException failure(String group) {
		if (addresses(group).isEmpty()) {
			return null;
		}
		boolean held = this.world.alive().stream().anyMatch((worker) -> worker.launch.group().equals(group))
				&& this.world.loop().nanoTime() < this.heldUntil.get(group);
		return (held || this.taken) ? new AddressInUseException(new InetSocketAddress(80), new IOException("in use"))
				: null;
	}

	/**
	 * What was bound.
	 */
	private final class FakeBinding implements Binding {

		private final String group;

		private boolean kept;

		FakeBinding(String group) {
			this.group = group;
		}

		@Override
		public void keep() {
			FakeListeners.this.world.check(FakeListeners.this.closed.remove(this.group), "is bound once", this.group);
			this.kept = true;
		}

		@Override
		public void drop() {
			FakeListeners.this.world.check(!this.kept, "drops only what it did not keep", this.group);
		}

	}

}
