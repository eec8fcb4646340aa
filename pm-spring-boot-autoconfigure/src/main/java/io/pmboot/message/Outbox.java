package io.pmboot.message;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.netty.buffer.Unpooled;
import io.pmboot.Delivery;
import io.pmboot.DeliveryOutcome;
import io.pmboot.DeliveryUnknownException;
import io.pmboot.MessageSender;
import io.pmboot.Receipt;
import io.pmboot.control.Frame;
import io.pmboot.loop.Threads;
import org.jspecify.annotations.Nullable;

/**
 * The sending end: what was sent and is not answered yet. Every method may be called on
 * any thread.
 */
public final class Outbox implements MessageSender {

	private static final int ALL = -1;

	/** No group has a name of this length, and a frame has no room for any length. */
	private static final int MAX_NAME = 1024;

	private final Route route;

	private final int maxPayload;

	private final Map<Long, Pending> pending = new HashMap<>();

	/**
	 * Completes futures: on another thread where one is held up by what depends on them.
	 * Not the common pool, whose threads do not see the classes of an executable jar.
	 */
	private final Executor executor = Threads.many("pm-deliveries");

	private volatile Payloads payloads = new Payloads(null);

	private long lastId;

	private @Nullable String ended;

	/**
	 * Creates an outbox.
	 * @param route the way to the router
	 * @param maxPayload the longest payload that may be sent, in bytes
	 */
	public Outbox(Route route, int maxPayload) {
		this.route = route;
		this.maxPayload = maxPayload;
	}

	/**
	 * From now on sends objects, too.
	 * @param json writes them, or {@code null} where there is no JSON
	 */
	public void open(@Nullable JsonPayloads json) {
		this.payloads = new Payloads(json);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, Object payload) {
		return post(group, ALL, payload);
	}

	@Override
	public CompletableFuture<Delivery> send(String group, int index, Object payload) {
		if (index < 0) {
			throw new IllegalArgumentException("There is no index %d: indices begin with 0".formatted(index));
		}
		return post(group, index, payload);
	}

	private CompletableFuture<Delivery> post(String group, int index, Object payload) {
		Payloads.Written written = this.payloads.write(payload);
		if (group.length() > MAX_NAME) {
			return refused(group.substring(0, MAX_NAME), index,
					"no group has a name of %d characters".formatted(group.length()));
		}
		if (written.length() > this.maxPayload) {
			return refused(group, index, "its payload has %d bytes, of which pm.message.max-payload allows %d"
				.formatted(written.length(), this.maxPayload));
		}
		Pending pending = new Pending();
		long id = await(pending);
		try {
			if (id > 0 && !this.route.post(new Frame.Post(id, group, index, Unpooled.wrappedBuffer(written.bytes())))) {
				forget(id);
				return refused(group, index, "too much that this process sent waits for the master");
			}
		}
		catch (IOException ex) {
			end("the connection to the master has ended");
		}
		return pending;
	}

	private synchronized long await(Pending pending) {
		if (this.ended != null) {
			pending.completeExceptionally(unknown(this.ended));
			return 0;
		}
		this.pending.put(++this.lastId, pending);
		return this.lastId;
	}

	private synchronized void forget(long id) {
		this.pending.remove(id);
	}

	private static CompletableFuture<Delivery> refused(String group, int index, String reason) {
		return CompletableFuture
			.completedFuture(new Delivery(List.of(new Receipt(group, index, 0, DeliveryOutcome.REFUSED, reason))));
	}

	/**
	 * The router says what became of messages. Their futures complete on another thread.
	 * @param delivered the messages
	 */
	public void delivered(Frame.Delivered delivered) {
		List<Pending> complete = new ArrayList<>();
		synchronized (this) {
			for (Frame.Delivered.Ids ids : delivered.ids()) {
				for (long id = ids.first(); id < ids.first() + ids.count(); id++) {
					Pending pending = received(id, delivered);
					if (pending != null) {
						complete.add(pending);
					}
				}
			}
		}
		if (!complete.isEmpty()) {
			// Most messages have one receiver: they share what became of them.
			Delivery delivery = new Delivery(List.of(delivered.receipt()));
			this.executor.execute(() -> complete.forEach((pending) -> pending
				.complete(pending.receipts.isEmpty() ? delivery : new Delivery(pending.receipts))));
		}
	}

	private @Nullable Pending received(long id, Frame.Delivered delivered) {
		if (delivered.receivers() == 1) {
			return this.pending.remove(id);
		}
		Pending pending = this.pending.get(id);
		if (pending == null) {
			return null;
		}
		pending.receipts.add(delivered.receipt());
		return (pending.receipts.size() >= delivered.receivers()) ? this.pending.remove(id) : null;
	}

	/**
	 * Nothing will be heard of any message any more.
	 * @param why why
	 */
	public void end(String why) {
		List<Pending> lost;
		synchronized (this) {
			this.ended = why;
			lost = new ArrayList<>(this.pending.values());
			this.pending.clear();
		}
		if (!lost.isEmpty()) {
			this.executor.execute(() -> lost.forEach((pending) -> pending.completeExceptionally(unknown(why))));
		}
	}

	private static DeliveryUnknownException unknown(String why) {
		return new DeliveryUnknownException("What became of a message is unknown: " + why);
	}

	/**
	 * The way to the master's router.
	 */
	@FunctionalInterface
	public interface Route {

		/**
		 * Sends a message to be routed, after all that were sent before. May be called on
		 * any thread, and never blocks. Takes nothing over.
		 * @param post the message
		 * @return whether there was room for it
		 * @throws IOException where the way to the router has ended
		 */
		boolean post(Frame.Post post) throws IOException;

	}

	/**
	 * A message that is not answered yet.
	 */
	private static final class Pending extends CompletableFuture<Delivery> {

		/** Of a message to several receivers, until the last is known. */
		private final List<Receipt> receipts = new ArrayList<>(0);

	}

}
