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
 * @param bytes the body
 */
record JsonReply(HttpStatusCode status, HttpHeaders headers, byte[] bytes) {

	static JsonReply of(HttpStatusCode status, Map<String, ?> body) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(MediaType.APPLICATION_JSON);
		return new JsonReply(status, headers, RecordMembers.json(body).getBytes(StandardCharsets.UTF_8));
	}

	static JsonReply error(HttpStatusCode status, String reason) {
		return of(status, Map.of("error", reason));
	}

}
