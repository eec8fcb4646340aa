package io.pmboot.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may connect to a unix socket: whoever may write its file.
 *
 * @param mode the permissions of the file
 * @param owner whose the file is
 */
public record SocketAccess(Set<PosixFilePermission> mode, SocketOwner owner) {

	private static final Pattern OCTAL = Pattern.compile("0[0-7]{3}");

	private static final Pattern SYMBOLIC = Pattern.compile("([r-][w-][x-]){3}");

	public SocketAccess {
		mode = Set.copyOf(mode);
	}

	/**
	 * Reads what a user writes.
	 * @param mode see {@link #mode}
	 * @param owner see {@link SocketOwner#parse}
	 * @return the access
	 * @throws IllegalArgumentException where one of them is malformed
	 */
	public static SocketAccess parse(String mode, String owner) {
		return new SocketAccess(mode(mode), SocketOwner.parse(owner));
	}

	/**
	 * Reads permissions as a user writes them.
	 * @param text four octal digits, the first of them 0, or like {@code rw-rw----}
	 * @return the permissions
	 * @throws IllegalArgumentException where it has none of these forms
	 */
	public static Set<PosixFilePermission> mode(String text) {
		String mode = text.trim();
		if (SYMBOLIC.matcher(mode).matches()) {
			return PosixFilePermissions.fromString(mode);
		}
		if (!OCTAL.matcher(mode).matches()) {
			// YAML takes 0660 without quotes for the number 432, in octal digits: refused
			// rather than taken for the mode 0432.
			throw new IllegalArgumentException(
					"must be four octal digits, as in '0660' (in YAML with the quotes), or like 'rw-rw----'");
		}
		StringBuilder symbolic = new StringBuilder("rwxrwxrwx");
		for (int i = 0; i < symbolic.length(); i++) {
			if ((Integer.parseInt(mode, 8) & (0400 >> i)) == 0) {
				symbolic.setCharAt(i, '-');
			}
		}
		return PosixFilePermissions.fromString(symbolic.toString());
	}

	/**
	 * Gives a file this mode and this owner.
	 * @param file the file
	 * @throws IOException where that cannot be
	 */
	void apply(Path file) throws IOException {
		Files.setPosixFilePermissions(file, this.mode);
		this.owner.apply(file);
	}

}
