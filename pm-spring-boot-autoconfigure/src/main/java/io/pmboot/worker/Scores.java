package io.pmboot.worker;

import java.util.Map;
import java.util.TreeMap;

import io.pmboot.WorkerLoad;

import org.springframework.util.Assert;

/**
 * The application's own figures. Any thread puts and reads.
 */
final class Scores {

	private static final int MAX_NAME = 64;

	private final Map<String, Double> values = new TreeMap<>();

	void put(String name, double value) {
		Assert.hasText(name, "A score has a name that is not blank");
		Assert.isTrue(name.length() <= MAX_NAME && name.chars().noneMatch(Character::isISOControl),
				() -> "The name of a score has up to %d characters and none that controls: '%s'".formatted(MAX_NAME,
						name));
		Assert.isTrue(Double.isFinite(value),
				() -> "The score '%s' has to be a finite number, not %s".formatted(name, value));
		synchronized (this.values) {
			Assert.isTrue(this.values.size() < WorkerLoad.MAX_SCORES || this.values.containsKey(name),
					() -> "There is no room for the score '%s': a worker has %d at most".formatted(name,
							WorkerLoad.MAX_SCORES));
			this.values.put(name, value);
		}
	}

	Map<String, Double> all() {
		synchronized (this.values) {
			return Map.copyOf(this.values);
		}
	}

}
