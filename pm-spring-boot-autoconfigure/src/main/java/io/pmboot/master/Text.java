package io.pmboot.master;

import java.time.Duration;
import java.util.Locale;

/**
 * Durations as people write them.
 */
final class Text {

	private Text() {
	}

	static String of(Duration duration) {
		long millis = duration.toMillis();
		return (millis % 1000 == 0) ? millis / 1000 + "s" : String.format(Locale.ROOT, "%dms", millis);
	}

}
