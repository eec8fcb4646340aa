package io.pmboot.settings;

import io.pmboot.Master;

/**
 * How many workers a group has.
 *
 * @param count how many, from 0 to {@link Master#MAX_CHILDREN}
 */
public record Children(int count) {

	/**
	 * Reads it from a property.
	 * @param text a number, or {@code auto} for one for each available processor
	 * @return the number
	 * @throws IllegalArgumentException where it is neither, or out of range
	 */
	public static Children of(String text) {
		String trimmed = text.trim();
		if (trimmed.equals("auto")) {
			return new Children(Runtime.getRuntime().availableProcessors());
		}
		if (!trimmed.matches("[0-9]{1,4}") || Integer.parseInt(trimmed) > Master.MAX_CHILDREN) {
			throw new IllegalArgumentException("must be 'auto' or a number from 0 to " + Master.MAX_CHILDREN);
		}
		return new Children(Integer.parseInt(trimmed));
	}

	/**
	 * Reads it where YAML has taken it for a number.
	 * @param number the number
	 * @return how many workers
	 * @throws IllegalArgumentException as above
	 */
	public static Children of(Integer number) {
		return of(number.toString());
	}

}
