package io.pmboot.control;

import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * How the messages of one kind travel.
 *
 * @param <M> the kind
 * @param type the byte that names it in a frame
 * @param sender who may send it
 * @param reader reads its fields, in their order
 * @param writer writes them
 */
record Form<M extends Message>(int type, Sender sender, Function<Fields, M> reader, BiConsumer<M, Fields> writer) {

	static <M extends Message> Form<M> opening(int type, Function<Fields, M> reader, BiConsumer<M, Fields> writer) {
		return new Form<>(type, Sender.OPENING_WORKER, reader, writer);
	}

	static <M extends Message> Form<M> ofWorker(int type, Function<Fields, M> reader, BiConsumer<M, Fields> writer) {
		return new Form<>(type, Sender.WORKER, reader, writer);
	}

	static <M extends Message> Form<M> ofMaster(int type, Function<Fields, M> reader, BiConsumer<M, Fields> writer) {
		return new Form<>(type, Sender.MASTER, reader, writer);
	}

	/** The writer of what has no fields. */
	static void nothing(Message message, Fields fields) {
	}

	/** Of whom a frame is accepted. */
	enum Sender {

		/** A worker, as the first frame of a connection. */
		OPENING_WORKER,

		/** A worker, in its control stream. */
		WORKER,

		/** The master. */
		MASTER

	}

}
