package io.pmboot.test;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;

/** A request that did not get its answer. */
public final class RequestFailedException extends IOException {

	private final FailureKind kind;

	public RequestFailedException(FailureKind kind, String detail) {
		super(kind + ": " + detail);
		this.kind = kind;
	}

	/**
	 * Sorts what a socket throws.
	 * @param where what the client was about
	 * @param cause what the socket threw
	 * @return the failure
	 */
	public static RequestFailedException of(String where, IOException cause) {
		FailureKind kind = FailureKind.RESET;
		if (cause instanceof SocketTimeoutException) {
			kind = FailureKind.TIME_OUT;
		}
		else if (cause instanceof ConnectException) {
			kind = FailureKind.REFUSED;
		}
		RequestFailedException failure = new RequestFailedException(kind, where + ": " + cause);
		failure.initCause(cause);
		return failure;
	}

	public FailureKind kind() {
		return this.kind;
	}

}
