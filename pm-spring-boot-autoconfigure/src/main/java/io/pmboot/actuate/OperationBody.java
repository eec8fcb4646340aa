package io.pmboot.actuate;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;

import io.pmboot.actuate.Operations.Operation;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParser;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.server.ResponseStatusException;

/**
 * What the body of a request that changes something says. Anything that is not understood
 * is refused: a misspelt property that were ignored would do something else.
 *
 * @param properties the properties; none where there is no body
 */
record OperationBody(Map<String, Object> properties) {

	/** The largest body that is read, in bytes. */
	static final int MAX_SIZE = 64 * 1024;

	private static final String DURATION = "a duration such as \"10s\", or a number of milliseconds";

	private static final MediaType ANY_JSON = new MediaType("application", "*+json");

	private static final JsonParser PARSER = JsonParserFactory.getJsonParser();

	/**
	 * Reads the body of a request for an operation; throws where it is not understood.
	 */
	static OperationBody of(HttpHeaders headers, byte[] body, Operation operation) {
		if (body.length == 0 && !announcesBody(headers)) {
			return new OperationBody(Map.of());
		}
		if (!isJson(headers)) {
			throw new ResponseStatusException(HttpStatus.UNSUPPORTED_MEDIA_TYPE,
					"A body must have Content-Type application/json, not '%s'"
						.formatted(headers.getFirst(HttpHeaders.CONTENT_TYPE)));
		}
		Map<String, Object> properties = parse(body, operation.example());
		for (String name : new TreeSet<>(properties.keySet())) {
			if (!operation.properties().contains(name)) {
				throw badRequest("Unknown property '%s' in the body; a %s takes '%s'".formatted(name, operation.word(),
						String.join("', '", operation.properties())));
			}
		}
		return new OperationBody(properties);
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

	private static Map<String, Object> parse(byte[] body, String example) {
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
		throw badRequest("The body is not a JSON object such as " + example);
	}

	boolean has(String name) {
		return this.properties.containsKey(name);
	}

	<T> @Nullable T optional(String name, Class<T> type, String expected) {
		if (!has(name)) {
			return null;
		}
		Object value = this.properties.get(name);
		if (!type.isInstance(value)) {
			throw badRequest("'%s' must be %s, not %s".formatted(name, expected, value));
		}
		return type.cast(value);
	}

	<T> T required(String name, Class<T> type, String expected) {
		T value = optional(name, type, expected);
		if (value == null) {
			throw badRequest("'%s' is missing: it must be %s".formatted(name, expected));
		}
		return value;
	}

	int integer(String name, int most, String expected) {
		Number number = required(name, Number.class, expected);
		try {
			// What class a number has depends on the JSON library.
			int value = new BigDecimal(number.toString()).intValueExact();
			if (value >= 0 && value <= most) {
				return value;
			}
		}
		catch (ArithmeticException | NumberFormatException ex) {
			// Refused below.
		}
		throw badRequest("'%s' must be %s, not %s".formatted(name, expected, number));
	}

	/**
	 * What is a text or, for short, a number.
	 */
	@Nullable String text(String name, String expected) {
		Object value = optional(name, Object.class, expected);
		if (value instanceof String || value instanceof Number) {
			return value.toString();
		}
		if (has(name)) {
			throw badRequest("'%s' must be %s, not %s".formatted(name, expected, value));
		}
		return null;
	}

	@Nullable Duration duration(String name) {
		String text = text(name, DURATION);
		try {
			return (text != null) ? DurationStyle.detectAndParse(text) : null;
		}
		catch (IllegalArgumentException | ArithmeticException ex) {
			throw badRequest("'%s' must be %s, not %s".formatted(name, DURATION, text));
		}
	}

	private static ResponseStatusException badRequest(String reason) {
		return new ResponseStatusException(HttpStatus.BAD_REQUEST, reason);
	}

}
