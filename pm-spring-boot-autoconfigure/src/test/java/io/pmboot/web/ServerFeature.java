package io.pmboot.web;

/** What a {@link ServerWorker} has beside a plain connector. */
public enum ServerFeature {

	/** Idle connections end after a second. */
	SHORT_IDLE_TIME_OUT,

	/** TLS with the certificate of {@link TestCertificates}. */
	TLS,

	/** HTTP/2, with prior knowledge where there is no TLS. */
	HTTP_2,

	/** Four request threads, where the server has any. */
	FOUR_THREADS,

	/** Virtual threads for requests; four others, where the JDK has none. */
	VIRTUAL_THREADS,

	/** Two connections at most, where the server counts them. */
	TWO_CONNECTIONS,

	/** {@code /socket}, a WebSocket that listens for nothing. */
	WEB_SOCKETS;

	/**
	 * Whether this JDK has virtual threads.
	 * @return whether it has
	 */
	public static boolean isVirtual() {
		return Runtime.version().feature() >= 21;
	}

}
