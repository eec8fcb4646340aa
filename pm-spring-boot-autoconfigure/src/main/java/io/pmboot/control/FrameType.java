package io.pmboot.control;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How the frames of one kind travel: their body is the components of their record, in
 * order.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface FrameType {

	/** The byte that names the kind. */
	int type();

	/** Of whom such a frame is accepted. */
	Sender sender();

	/** Who sends a frame. */
	enum Sender {

		/** A worker, as the first frame of a connection. */
		OPENING_WORKER,

		/** A worker, in its control stream. */
		WORKER,

		/** The master. */
		MASTER

	}

	/**
	 * A list that a newer version has appended: empty where an older one did not send it.
	 */
	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.RECORD_COMPONENT)
	@interface Appended {

	}

}
