package io.pmboot.autoconfigure;

/**
 * The gRPC server of a worker cannot use its group's listeners.
 */
class GrpcNotSharedException extends RuntimeException {

	private final String action;

	GrpcNotSharedException(String message, String action) {
		super(message);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
