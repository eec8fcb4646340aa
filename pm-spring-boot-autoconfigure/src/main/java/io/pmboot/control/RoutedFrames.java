package io.pmboot.control;

import java.util.ArrayList;
import java.util.List;

import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.DeliveryOutcome;
import io.pmboot.Receipt;
import io.pmboot.control.Message.Acknowledge;
import io.pmboot.control.Message.Deliver;
import io.pmboot.control.Message.Delivered;
import io.pmboot.control.Message.Post;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of the frames by which messages of the application travel. The payload is
 * the last field, so that it can be written from where it is.
 */
final class RoutedFrames {

	/** Of a failure or of ids: what one entry takes at least. */
	private static final int ENTRY = Long.BYTES + Integer.BYTES;

	private RoutedFrames() {
	}

	static Post readPost(MessageBody body) {
		return new Post(body.readLong(), body.readString(), body.readInt(), body.readBytes());
	}

	static void write(Post post, MessageBody body) {
		body.writeLong(post.id()).writeString(post.group()).writeInt(post.index()).writeBytes(post.payload());
	}

	static Deliver readDeliver(MessageBody body) {
		return new Deliver(body.readLong(), body.readString(), body.readInt(), body.readLong(), body.readBytes());
	}

	static void write(Deliver deliver, MessageBody body) {
		writeFields(deliver, body).writeBytes(deliver.payload());
	}

	// All but the payload itself.
	static void writeHead(Deliver deliver, MessageBody body) {
		writeFields(deliver, body).writeInt(deliver.payload().readableBytes());
	}

	private static MessageBody writeFields(Deliver deliver, MessageBody body) {
		return body.writeLong(deliver.sequence())
			.writeString(deliver.group())
			.writeInt(deliver.index())
			.writeLong(deliver.pid());
	}

	static Acknowledge readAcknowledge(MessageBody body) {
		long upTo = body.readLong();
		int count = body.readCount(ENTRY);
		List<Acknowledge.Failure> failures = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			failures.add(new Acknowledge.Failure(body.readLong(), body.readString()));
		}
		return new Acknowledge(upTo, failures);
	}

	static void write(Acknowledge acknowledge, MessageBody body) {
		body.writeLong(acknowledge.upTo()).writeInt(acknowledge.failures().size());
		acknowledge.failures().forEach((failure) -> body.writeLong(failure.sequence()).writeString(failure.reason()));
	}

	static Delivered readDelivered(MessageBody body) {
		String group = body.readString();
		int index = body.readInt();
		long pid = body.readLong();
		DeliveryOutcome outcome = outcome(body.readString());
		String reason = body.readString();
		Receipt receipt = new Receipt(group, index, pid, outcome, reason.isEmpty() ? null : reason);
		int receivers = body.readInt();
		int count = body.readCount(ENTRY);
		List<Delivered.Ids> ids = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			ids.add(new Delivered.Ids(body.readLong(), body.readInt()));
		}
		return new Delivered(receipt, receivers, ids);
	}

	static void write(Delivered delivered, MessageBody body) {
		Receipt receipt = delivered.receipt();
		body.writeString(receipt.group())
			.writeInt(receipt.index())
			.writeLong(receipt.pid())
			.writeString(receipt.outcome().name())
			.writeString(orEmpty(receipt.reason()))
			.writeInt(delivered.receivers())
			.writeInt(delivered.ids().size());
		delivered.ids().forEach((ids) -> body.writeLong(ids.first()).writeInt(ids.count()));
	}

	private static String orEmpty(@Nullable String text) {
		return (text != null) ? text : "";
	}

	// By name, so that the order of the constants is free to change.
	private static DeliveryOutcome outcome(String name) {
		for (DeliveryOutcome outcome : DeliveryOutcome.values()) {
			if (outcome.name().equals(name)) {
				return outcome;
			}
		}
		throw new CorruptedFrameException("an outcome of %d characters is unknown".formatted(name.length()));
	}

}
