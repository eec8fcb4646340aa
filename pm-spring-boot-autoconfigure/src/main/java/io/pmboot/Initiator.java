package io.pmboot;

/**
 * Who asked for something that the master does.
 *
 * @since 0.1
 */
public enum Initiator {

	/** A request to the endpoint. */
	HTTP,

	/** An operation of the endpoint's MBean. */
	JMX,

	/** A signal to the master. */
	SIGNAL,

	/** Code in the master's own JVM. */
	CODE,

	/** Code in a worker, by {@link Worker#reload(String)}. */
	WORKER

}
