package io.pmboot.autoconfigure;

/**
 * A worker has listeners, but no server that could accept on them.
 */
class UnservedListenersException extends RuntimeException {

	private final String group;

	UnservedListenersException(String group) {
		super("Group '%s' listens, but this application has no web server that can accept on shared listeners"
			.formatted(group));
		this.group = group;
	}

	String group() {
		return this.group;
	}

}
