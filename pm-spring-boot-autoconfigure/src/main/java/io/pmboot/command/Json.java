package io.pmboot.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the endpoint has answered. Read here because Jackson, which an application need
 * not have, takes longer to load than all the rest of the command; because Boot's own
 * parser loses what is escaped; and because SnakeYAML refuses an escaped slash.
 */
final class Json {

	private static final Json NOTHING = new Json("null", null);

	private final String source;

	/** A map, a list, a string or a number; {@code null} for the rest. */
	private final @Nullable Object value;

	private Json(String source, @Nullable Object value) {
		this.source = source;
		this.value = value;
	}

	static Json read(String text) throws IOException {
		Reader reader = new Reader(text);
		Json json = reader.value(0);
		reader.end();
		return json;
	}

	/** A string as JSON has it. */
	static String quote(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		for (char next : text.toCharArray()) {
			if (next == '"' || next == '\\') {
				quoted.append('\\').append(next);
			}
			else if (next < ' ') {
				quoted.append("\\u%04x".formatted((int) next));
			}
			else {
				quoted.append(next);
			}
		}
		return quoted.append('"').toString();
	}

	/** The member of an object; nothing where there is none. */
	Json at(String name) {
		return members().getOrDefault(name, NOTHING);
	}

	@SuppressWarnings("unchecked")
	Map<String, Json> members() {
		return (this.value instanceof Map<?, ?> map) ? (Map<String, Json>) map : Map.of();
	}

	@SuppressWarnings("unchecked")
	List<Json> elements() {
		return (this.value instanceof List<?> list) ? (List<Json>) list : List.of();
	}

	@Nullable String text() {
		return (this.value instanceof String text) ? text : null;
	}

	String text(String otherwise) {
		return (this.value instanceof String text) ? text : otherwise;
	}

	/** A number; {@code null} where it is none. */
	@Nullable Double number() {
		return (this.value instanceof Double number) ? number : null;
	}

	long number(long otherwise) {
		return (this.value instanceof Double number) ? number.longValue() : otherwise;
	}

	/** As the endpoint has written it. */
	@Override
	public String toString() {
		return this.source;
	}

	/**
	 * Reads a text from its beginning to its end.
	 */
	private static final class Reader {

		private static final int MAX_DEPTH = 50;

		private final String text;

		private int at;

		Reader(String text) {
			this.text = text;
		}

		Json value(int depth) throws IOException {
			if (depth > MAX_DEPTH) {
				throw unexpected();
			}
			char first = peek();
			int start = this.at;
			Object value = switch (first) {
				case '{' -> object(depth);
				case '[' -> array(depth);
				case '"' -> string();
				default -> literal();
			};
			return new Json(this.text.substring(start, this.at), value);
		}

		private Map<String, Json> object(int depth) throws IOException {
			Map<String, Json> members = new LinkedHashMap<>();
			expect('{');
			while (!skip('}')) {
				if (!members.isEmpty()) {
					expect(',');
				}
				peek();
				String name = string();
				expect(':');
				members.put(name, value(depth + 1));
			}
			return members;
		}

		private List<Json> array(int depth) throws IOException {
			List<Json> elements = new ArrayList<>();
			expect('[');
			while (!skip(']')) {
				if (!elements.isEmpty()) {
					expect(',');
				}
				elements.add(value(depth + 1));
			}
			return elements;
		}

		private String string() throws IOException {
			expect('"');
			StringBuilder string = new StringBuilder();
			for (char next = next(); next != '"'; next = next()) {
				string.append((next == '\\') ? escaped() : next);
			}
			return string.toString();
		}

		private char escaped() throws IOException {
			char escaped = next();
			return switch (escaped) {
				case 'b' -> '\b';
				case 'f' -> '\f';
				case 'n' -> '\n';
				case 'r' -> '\r';
				case 't' -> '\t';
				case 'u' -> hexadecimal();
				default -> escaped;
			};
		}

		private char hexadecimal() throws IOException {
			int code = 0;
			for (int i = 0; i < 4; i++) {
				int digit = Character.digit(next(), 16);
				if (digit < 0) {
					throw unexpected();
				}
				code = code * 16 + digit;
			}
			return (char) code;
		}

		// Of true and false nothing is asked but how they are written.
		private @Nullable Double literal() throws IOException {
			int start = this.at;
			while (this.at < this.text.length() && (Character.isLetterOrDigit(this.text.charAt(this.at))
					|| "+-.".indexOf(this.text.charAt(this.at)) >= 0)) {
				this.at++;
			}
			String literal = this.text.substring(start, this.at);
			switch (literal) {
				case "true", "false", "null" -> {
					return null;
				}
				default -> {
					try {
						return Double.valueOf(literal);
					}
					catch (NumberFormatException ex) {
						this.at = start;
						throw unexpected();
					}
				}
			}
		}

		void end() throws IOException {
			skipBlanks();
			if (this.at < this.text.length()) {
				throw unexpected();
			}
		}

		private void expect(char expected) throws IOException {
			if (!skip(expected)) {
				throw unexpected();
			}
		}

		private boolean skip(char expected) throws IOException {
			if (peek() != expected) {
				return false;
			}
			this.at++;
			return true;
		}

		private char peek() throws IOException {
			skipBlanks();
			if (this.at == this.text.length()) {
				throw unexpected();
			}
			return this.text.charAt(this.at);
		}

		private char next() throws IOException {
			if (this.at == this.text.length()) {
				throw unexpected();
			}
			return this.text.charAt(this.at++);
		}

		private void skipBlanks() {
			while (this.at < this.text.length() && " \t\r\n".indexOf(this.text.charAt(this.at)) >= 0) {
				this.at++;
			}
		}

		private IOException unexpected() {
			return new IOException("it is no JSON at character %d".formatted(this.at));
		}

	}

}
