package io.pmboot.web;

/** What a {@link ServerWorker} has beside a plain connector. */
public enum ServerFeature {

	/** Idle connections end after a second. */
	SHORT_IDLE_TIME_OUT,

	/** TLS with the certificate of {@link TestCertificates}. */
	TLS,

	/** HTTP/2, with prior knowledge where there is no TLS. */
	HTTP_2,

	/** Fewer request threads than the tests have clients, where the server has any. */
	FEW_THREADS,

	/** {@code /socket}, a WebSocket that listens for nothing. */
	WEB_SOCKETS

}
