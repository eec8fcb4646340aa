package io.pmboot.autoconfigure;

/**
 * A worker's group asks for something before READY that the application cannot do.
 */
class GateUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	GateUnavailableException(String description, String action) {
		super(description);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
