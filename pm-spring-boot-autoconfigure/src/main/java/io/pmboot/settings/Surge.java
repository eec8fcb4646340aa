package io.pmboot.settings;

import io.pmboot.Master;

/**
 * How many slots of a group are replaced at a time.
 *
 * @param amount how many, or how many percent of the slots; at least 1
 * @param percentage whether it is a percentage
 */
public record Surge(int amount, boolean percentage) {

	/**
	 * Reads it from a property.
	 * @param text a count, or a percentage such as {@code 25%}
	 * @return the surge
	 * @throws IllegalArgumentException where it is neither, or out of range
	 */
	public static Surge of(String text) {
		String trimmed = text.trim();
		boolean percentage = trimmed.endsWith("%");
		String number = percentage ? trimmed.substring(0, trimmed.length() - 1).trim() : trimmed;
		int most = percentage ? 100 : Master.MAX_CHILDREN;
		int amount = number.matches("[0-9]{1,4}") ? Integer.parseInt(number) : 0;
		if (amount < 1 || amount > most) {
			throw new IllegalArgumentException(
					"must be a number from 1 to %d, or from 1%% to 100%%".formatted(Master.MAX_CHILDREN));
		}
		return new Surge(amount, percentage);
	}

	/**
	 * Reads it where YAML has taken it for a number.
	 * @param number the number
	 * @return the surge
	 * @throws IllegalArgumentException as above
	 */
	public static Surge of(Integer number) {
		return of(number.toString());
	}

	/**
	 * The number of slots.
	 * @param children how many there are
	 * @return how many of them are replaced at a time, at least 1
	 */
	public int slots(int children) {
		return this.percentage ? Math.max(1, (children * this.amount + 99) / 100) : this.amount;
	}

}
