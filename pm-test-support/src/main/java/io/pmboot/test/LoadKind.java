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
	PAUSING,

	/** Two requests in one write. */
	PIPELINED,

	/** Requests with a body that takes its time. */
	UPLOAD,

	/** One connection over TLS for as long as the server keeps it. */
	TLS_KEEP_ALIVE,

	/** Three requests at a time over HTTP/2, with prior knowledge. */
	H2C,

	/** Three requests at a time over HTTP/2 and TLS. */
	H2,

	/** Three calls of gRPC at a time. */
	GRPC,

	/** A stream of events. */
	EVENTS,

	/** Messages that come back. */
	WEB_SOCKET

}
