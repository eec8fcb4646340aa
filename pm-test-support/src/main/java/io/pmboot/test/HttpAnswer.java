package io.pmboot.test;

import java.util.List;
import java.util.Map;

/**
 * A whole response.
 *
 * @param status its status
 * @param headers its headers, by lower-case name
 * @param body its body
 */
public record HttpAnswer(int status, Map<String, List<String>> headers, String body) {

	/**
	 * Whether the server announced that it closes the connection.
	 * @return whether it did
	 */
	public boolean closes() {
		return this.headers.getOrDefault("connection", List.of()).stream().anyMatch("close"::equalsIgnoreCase);
	}

	/**
	 * The first value of a header.
	 * @param name its name, in lower case
	 * @return the value, empty where there is none
	 */
	public String header(String name) {
		return this.headers.getOrDefault(name, List.of("")).get(0);
	}

	/**
	 * Requires that it is the one asked for.
	 * @param body its body
	 * @throws RequestFailedException where it is another
	 */
	void require(String body) throws RequestFailedException {
		if (this.status != 200) {
			throw new RequestFailedException(FailureKind.STATUS, this.status + " " + this.body);
		}
		requireBody(body, this.body);
	}

	static void requireBody(String expected, String body) throws RequestFailedException {
		if (!body.equals(expected)) {
			throw new RequestFailedException(FailureKind.WRONG_BODY, "'" + body + "'");
		}
	}

}
