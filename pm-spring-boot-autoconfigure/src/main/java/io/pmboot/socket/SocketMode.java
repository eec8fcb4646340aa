package io.pmboot.socket;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The mode of a unix socket's file, which says who may connect.
 *
 * @param permissions its permissions
 */
public record SocketMode(Set<PosixFilePermission> permissions) {

	private static final Pattern OCTAL = Pattern.compile("0[0-7]{3}");

	private static final Pattern SYMBOLIC = Pattern.compile("([r-][w-][x-]){3}");

	public SocketMode {
		permissions = Set.copyOf(permissions);
	}

	/**
	 * Reads it as a user writes it.
	 * @param text four octal digits, the first of them 0, or like {@code rw-rw----}
	 * @return the mode
	 * @throws IllegalArgumentException where it has none of these forms
	 */
	public static SocketMode of(String text) {
		String mode = text.trim();
		if (SYMBOLIC.matcher(mode).matches()) {
			return new SocketMode(PosixFilePermissions.fromString(mode));
		}
		if (!OCTAL.matcher(mode).matches()) {
			// YAML takes 0660 without quotes for the number 432, in octal digits:
			// refused rather than taken for the mode 0432.
			throw new IllegalArgumentException(
					"must be four octal digits, as in '0660' (in YAML with the quotes), or like 'rw-rw----'");
		}
		int bits = Integer.parseInt(mode, 8);
		return new SocketMode(Arrays.stream(PosixFilePermission.values())
			.filter((permission) -> (bits & (0400 >> permission.ordinal())) != 0)
			.collect(Collectors.toSet()));
	}

	/**
	 * Reads it where YAML has taken it for a number.
	 * @param number the number
	 * @return the mode
	 * @throws IllegalArgumentException as above
	 */
	public static SocketMode of(Integer number) {
		return of(number.toString());
	}

}
