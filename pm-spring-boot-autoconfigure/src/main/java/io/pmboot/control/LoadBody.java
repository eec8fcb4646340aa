package io.pmboot.control;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.CorruptedFrameException;
import io.pmboot.WorkerLoad;
import org.jspecify.annotations.Nullable;

/**
 * A {@link WorkerLoad} as fields of a frame. What may be missing is -1 there.
 */
final class LoadBody {

	private LoadBody() {
	}

	static WorkerLoad read(MessageBody body) {
		return new WorkerLoad(body.readLong(), readOptional(body), body.readLong(), readOptional(body), body.readLong(),
				body.readInt(), age(readOptional(body)), body.readDuration(), body.readInt(), count(body.readInt()),
				threads(body.readStrings()), readScores(body));
	}

	static void write(MessageBody body, WorkerLoad load) {
		Duration oldest = load.oldestInFlight();
		body.writeLong(load.heapUsed());
		writeOptional(body, load.heapMax());
		body.writeLong(load.nonHeapUsed());
		writeOptional(body, load.residentSize());
		body.writeLong(load.served()).writeInt(load.inFlight());
		writeOptional(body, (oldest != null) ? oldest.toMillis() : null);
		Integer acceptors = load.acceptors();
		body.writeDuration(load.lag()).writeInt(load.collecting()).writeInt((acceptors != null) ? acceptors : -1);
		body.writeStrings(load.deadlockedThreads());
		body.writeInt(load.scores().size());
		load.scores().forEach((name, value) -> body.writeString(name).writeLong(Double.doubleToRawLongBits(value)));
	}

	private static @Nullable Long readOptional(MessageBody body) {
		long value = body.readLong();
		return (value >= 0) ? value : null;
	}

	private static void writeOptional(MessageBody body, @Nullable Long value) {
		body.writeLong((value != null) ? value : -1);
	}

	private static @Nullable Duration age(@Nullable Long millis) {
		return (millis != null) ? Duration.ofMillis(millis) : null;
	}

	private static @Nullable Integer count(int value) {
		return (value >= 0) ? value : null;
	}

	// Bounded, because the master keeps them.
	private static List<String> threads(List<String> names) {
		checkCount("deadlocked threads", names.size(), WorkerLoad.MAX_DEADLOCKED_THREADS);
		return names;
	}

	private static Map<String, Double> readScores(MessageBody body) {
		int count = body.readInt();
		checkCount("scores", count, WorkerLoad.MAX_SCORES);
		Map<String, Double> scores = new HashMap<>();
		for (int i = 0; i < count; i++) {
			String name = body.readString();
			double value = Double.longBitsToDouble(body.readLong());
			if (!Double.isFinite(value)) {
				throw new CorruptedFrameException("a score of %s is no number".formatted(value));
			}
			scores.put(name, value);
		}
		return scores;
	}

	private static void checkCount(String what, int count, int most) {
		if (count < 0 || count > most) {
			throw new CorruptedFrameException("%d %s, where %d may be".formatted(count, what, most));
		}
	}

}
