package io.pmboot.control;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCounted;

/**
 * A frame with bytes that count their references: released by whoever received it, when
 * the call that delivered it returns. Who keeps it longer retains it.
 */
interface PayloadFrame extends ReferenceCounted {

	ByteBuf payload();

	@Override
	default int refCnt() {
		return payload().refCnt();
	}

	@Override
	default ReferenceCounted retain() {
		payload().retain();
		return this;
	}

	@Override
	default ReferenceCounted retain(int increment) {
		payload().retain(increment);
		return this;
	}

	@Override
	default ReferenceCounted touch() {
		payload().touch();
		return this;
	}

	@Override
	default ReferenceCounted touch(Object hint) {
		payload().touch(hint);
		return this;
	}

	@Override
	default boolean release() {
		return payload().release();
	}

	@Override
	default boolean release(int decrement) {
		return payload().release(decrement);
	}

}
