package io.pmboot.autoconfigure;

/**
 * A worker has listeners, but nothing that accepts on them.
 */
class UnservedListenersException extends RuntimeException {

	private final String group;

	UnservedListenersException(String group) {
		super("Group '%s' listens, but this application has nothing that accepts on shared listeners".formatted(group));
		this.group = group;
	}

	String group() {
		return this.group;
	}

}
