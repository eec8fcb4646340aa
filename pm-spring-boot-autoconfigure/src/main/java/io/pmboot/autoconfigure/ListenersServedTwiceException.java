package io.pmboot.autoconfigure;

import java.util.List;

/**
 * A worker has listeners, and both a web server and a handler to serve them.
 */
class ListenersServedTwiceException extends RuntimeException {

	private final String group;

	ListenersServedTwiceException(String group, List<String> handlers) {
		super("Both the web server and the ConnectionHandler '%s' would serve the listeners of group '%s'"
			.formatted(String.join("', '", handlers), group));
		this.group = group;
	}

	String group() {
		return this.group;
	}

}
