package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/**
 * An answer to a request that changes something, not yet in the terms of a web stack.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param json the body
 */
record JsonReply(HttpStatusCode status, HttpHeaders headers, String json) {

	static JsonReply of(HttpStatusCode status, Map<String, ?> body) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		return new JsonReply(status, headers, RecordMembers.json(body));
	}

	static JsonReply error(HttpStatusCode status, String reason) {
		return of(status, Map.of("error", reason));
	}

	byte[] bytes() {
		return this.json.getBytes(StandardCharsets.UTF_8);
	}

}
