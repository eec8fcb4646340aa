package io.pmboot.test;

/** The kinds of client. */
public enum LoadKind {

	/** A new connection for each request, which says {@code Connection: close}. */
	CONNECTION_PER_REQUEST,

	/** One connection for as long as the server keeps it. */
	KEEP_ALIVE,

	/** Requests that take their time; every other client keeps its connection. */
	SLOW,

	/** One connection, idle for a while between requests. */
	PAUSING

}
