package io.pmboot.actuate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;

/**
 * An answer that is not yet in the terms of a web stack: JSON, but for lines of text.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param bytes the body
 */
record JsonReply(HttpStatusCode status, HttpHeaders headers, byte[] bytes) {

	static JsonReply of(HttpStatusCode status, Map<String, ?> body) {
		return of(status, MediaType.APPLICATION_JSON, RecordMembers.json(body));
	}

	static JsonReply of(String json) {
		return of(HttpStatus.OK, MediaType.APPLICATION_JSON, json);
	}

	static JsonReply text(List<String> lines) {
		return of(HttpStatus.OK, new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8),
				lines.stream().map((line) -> line + "\n").collect(Collectors.joining()));
	}

	static JsonReply of(HttpStatusCode status, MediaType type, String body) {
		HttpHeaders headers = new HttpHeaders();
		headers.setContentType(type);
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		headers.setContentLength(bytes.length);
		return new JsonReply(status, headers, bytes);
	}

	static JsonReply error(HttpStatusCode status, String reason) {
		return of(status, Map.of("error", reason));
	}

}
