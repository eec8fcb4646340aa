package io.pmboot.settings;

/**
 * How much worse a new version may answer than the one before.
 *
 * @param most how much, in percent or percentage points; {@link #UNLIMITED} where it is
 * not judged
 */
public record Increase(int most) {

	private static final int UNLIMITED = Integer.MAX_VALUE;

	private static final int MOST = 10_000;

	/**
	 * Reads it from a property.
	 * @param text a number, with or without {@code %}, or {@code off}
	 * @return the increase
	 * @throws IllegalArgumentException where it is neither, or out of range
	 */
	public static Increase of(String text) {
		String trimmed = text.trim();
		// YAML has taken an off without quotes for the latter.
		if (trimmed.equalsIgnoreCase("off") || trimmed.equalsIgnoreCase("false")) {
			return new Increase(UNLIMITED);
		}
		String number = trimmed.endsWith("%") ? trimmed.substring(0, trimmed.length() - 1).trim() : trimmed;
		int most = number.matches("[0-9]{1,5}") ? Integer.parseInt(number) : MOST + 1;
		if (most > MOST) {
			throw new IllegalArgumentException("must be a number from 0 to %d, or 'off'".formatted(MOST));
		}
		return new Increase(most);
	}

	/**
	 * Reads it where YAML has taken it for a number.
	 * @param number the number
	 * @return the increase
	 * @throws IllegalArgumentException as above
	 */
	public static Increase of(Integer number) {
		return of(number.toString());
	}

	/**
	 * Reads it where YAML has taken it for a truth value.
	 * @param value the value
	 * @return the increase
	 * @throws IllegalArgumentException where it is {@code true}
	 */
	public static Increase of(Boolean value) {
		return of(value.toString());
	}

	/**
	 * Whether any increase is allowed.
	 * @return whether nothing is judged by it
	 */
	public boolean isOff() {
		return this.most == UNLIMITED;
	}

}
