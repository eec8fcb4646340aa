package io.pmboot.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may connect to a unix socket: whoever may write its file.
 *
 * @param mode Permissions of the socket's file, which say who may connect: four octal
 * digits, or of the form rw-rw----. In YAML, digits need quotes.
 * @param owner Owner of the socket's file: user, user:group or :group. The master's user
 * and group by default.
 */
public record SocketAccess(@DefaultValue("0660") Mode mode, @DefaultValue("") SocketOwner owner) {

	/**
	 * Gives a file this mode and this owner.
	 * @param file the file
	 * @throws IOException where that cannot be
	 */
	void apply(Path file) throws IOException {
		Files.setPosixFilePermissions(file, this.mode.permissions());
		this.owner.apply(file);
	}

	/**
	 * The mode of a file.
	 *
	 * @param permissions its permissions
	 */
	public record Mode(Set<PosixFilePermission> permissions) {

		private static final Pattern OCTAL = Pattern.compile("0[0-7]{3}");

		private static final Pattern SYMBOLIC = Pattern.compile("([r-][w-][x-]){3}");

		public Mode {
			permissions = Set.copyOf(permissions);
		}

		/**
		 * Reads it as a user writes it.
		 * @param text four octal digits, the first of them 0, or like {@code rw-rw----}
		 * @return the mode
		 * @throws IllegalArgumentException where it has none of these forms
		 */
		public static Mode of(String text) {
			String mode = text.trim();
			if (SYMBOLIC.matcher(mode).matches()) {
				return new Mode(PosixFilePermissions.fromString(mode));
			}
			if (!OCTAL.matcher(mode).matches()) {
				// YAML takes 0660 without quotes for the number 432, in octal digits:
				// refused rather than taken for the mode 0432.
				throw new IllegalArgumentException(
						"must be four octal digits, as in '0660' (in YAML with the quotes), or like 'rw-rw----'");
			}
			StringBuilder symbolic = new StringBuilder("rwxrwxrwx");
			for (int i = 0; i < symbolic.length(); i++) {
				if ((Integer.parseInt(mode, 8) & (0400 >> i)) == 0) {
					symbolic.setCharAt(i, '-');
				}
			}
			return new Mode(PosixFilePermissions.fromString(symbolic.toString()));
		}

	}

}
