package io.pmboot.test;

/** What a client meets in place of its answer. */
public enum FailureKind {

	/** Nobody listens. */
	REFUSED,

	/** The connection was reset. */
	RESET,

	/** The stream ended before the first byte of the response. */
	END_BEFORE_RESPONSE,

	/** The stream ended within the response. */
	CUT_SHORT,

	/** The response breaks the framing of its protocol. */
	MALFORMED,

	/** A whole response, but not a 200. */
	STATUS,

	/** A 200 with another body than the one asked for. */
	WRONG_BODY,

	/** A stream of HTTP/2 was reset, or not accepted. */
	STREAM_RESET,

	/** A WebSocket was closed with another status than 1001, going away. */
	CLOSE_STATUS,

	/** Nothing came in time. */
	TIME_OUT

}
