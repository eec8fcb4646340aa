package io.pmboot.master;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Text for people: durations as they write them, and the beginning of what is long.
 */
final class Text {

	private Text() {
	}

	static @Nullable String beginning(@Nullable String text, int length) {
		return (text != null && text.length() > length) ? text.substring(0, length) : text;
	}

	static String of(Duration duration) {
		long millis = duration.toMillis();
		return (millis % 1000 == 0) ? millis / 1000 + "s" : String.format(Locale.ROOT, "%dms", millis);
	}

}
