package io.pmboot.process;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The syntax of the environment variables from which a JVM takes options: separated by
 * white space, which single or double quotes protect; nothing escapes.
 */
final class OptionsVariable {

	/** The variables, in the order in which a JVM applies them. */
	static final List<String> NAMES = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

	private OptionsVariable() {
	}

	static List<String> parse(String text) {
		List<String> options = new ArrayList<>();
		StringBuilder option = new StringBuilder();
		char quote = 0;
		for (char character : text.toCharArray()) {
			if (quote != 0) {
				if (character == quote) {
					quote = 0;
				}
				else {
					option.append(character);
				}
			}
			else if (character == '"' || character == '\'') {
				quote = character;
			}
			else if (!isSpace(character)) {
				option.append(character);
			}
			else if (!option.isEmpty()) {
				options.add(option.toString());
				option.setLength(0);
			}
		}
		if (!option.isEmpty()) {
			options.add(option.toString());
		}
		return options;
	}

	static String format(List<String> options) {
		return options.stream().map(OptionsVariable::quote).collect(Collectors.joining(" "));
	}

	private static String quote(String option) {
		boolean plain = option.chars()
			.noneMatch((character) -> isSpace((char) character) || character == '"' || character == '\'');
		return plain ? option : '"' + option.replace("\"", "\"'\"'\"") + '"';
	}

	private static boolean isSpace(char character) {
		return character == ' ' || (character >= '\t' && character <= '\r');
	}

}
