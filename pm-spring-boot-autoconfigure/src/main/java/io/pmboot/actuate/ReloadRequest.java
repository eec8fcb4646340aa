package io.pmboot.actuate;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * What the body of a reload request asks for. Anything that is not understood is refused:
 * a misspelt property that were ignored would reload every group.
 *
 * @param group the group to reload, or {@code null} for all
 * @param awaited whether the answer waits for the outcome
 */
record ReloadRequest(@Nullable String group, boolean awaited) {

	/** The largest body that is read, in bytes. */
	static final int MAX_BODY = 64 * 1024;

	private static final ReloadRequest BARE = new ReloadRequest(null, false);

	private static final Set<String> PROPERTIES = Set.of("group", "wait");

	private static final MediaType ANY_JSON = new MediaType("application", "*+json");

	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	static ReloadRequest of(HttpHeaders headers, byte[] body) {
		if (body.length == 0 && !announcesBody(headers)) {
			return BARE;
		}
		if (!isJson(headers)) {
			throw new InvalidRequestException(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
					"A body must have Content-Type application/json, not '%s'"
						.formatted(headers.getFirst(HttpHeaders.CONTENT_TYPE)));
		}
		return of(parse(body));
	}

	/**
	 * Whether a body was sent, even where none is left to read: a filter that asks for
	 * request parameters consumes a form, and what remains must not pass for the bare
	 * request.
	 */
	private static boolean announcesBody(HttpHeaders headers) {
		return headers.getContentLength() > 0 || headers.containsHeader(HttpHeaders.TRANSFER_ENCODING);
	}

	private static boolean isJson(HttpHeaders headers) {
		try {
			MediaType type = headers.getContentType();
			return type != null && (MediaType.APPLICATION_JSON.includes(type) || ANY_JSON.includes(type));
		}
		catch (InvalidMediaTypeException ex) {
			return false;
		}
	}

	private static Map<String, Object> parse(byte[] body) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
			@Nullable Map<String, Object> properties = PARSER.parseMap(text);
			if (properties != null) {
				return properties;
			}
		}
		catch (CharacterCodingException | JsonParseException ex) {
			// Refused below, as is the literal null.
		}
		throw badRequest("The body is not a JSON object such as {\"group\":\"web\",\"wait\":true}");
	}

	private static ReloadRequest of(Map<String, Object> properties) {
		Set<String> unknown = new TreeSet<>(properties.keySet());
		unknown.removeAll(PROPERTIES);
		if (!unknown.isEmpty()) {
			throw badRequest("Unknown property '%s' in the body; a reload takes 'group' and 'wait'"
				.formatted(unknown.iterator().next()));
		}
		return new ReloadRequest(value(properties, "group", String.class, "the name of a group, as a string"),
				Boolean.TRUE.equals(value(properties, "wait", Boolean.class, "true or false")));
	}

	private static <T> @Nullable T value(Map<String, Object> properties, String name, Class<T> type, String expected) {
		if (!properties.containsKey(name)) {
			return null;
		}
		Object value = properties.get(name);
		if (!type.isInstance(value)) {
			throw badRequest("'%s' must be %s, not %s".formatted(name, expected, value));
		}
		return type.cast(value);
	}

	private static InvalidRequestException badRequest(String reason) {
		return new InvalidRequestException(HttpStatus.BAD_REQUEST, reason);
	}

	/**
	 * The request is not one for a reload.
	 */
	static final class InvalidRequestException extends RuntimeException {

		private final HttpStatus status;

		InvalidRequestException(HttpStatus status, String reason) {
			super(reason);
			this.status = status;
		}

		HttpStatus status() {
			return this.status;
		}

	}

}
