package io.pmboot.socket;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Whose the file of a unix socket is.
 *
 * @param user a user's name or number, or {@code null} for the master's user
 * @param group a group's name or number, or {@code null} for the master's group
 */
public record SocketOwner(@Nullable String user, @Nullable String group) {

	private static final Pattern FORM = Pattern.compile("([^:\\s]+)?(?::([^:\\s]+))?");

	/**
	 * Reads an owner as a user writes it.
	 * @param text {@code user}, {@code user:group}, {@code :group} or empty
	 * @return the owner
	 * @throws IllegalArgumentException where it has none of these forms
	 */
	public static SocketOwner of(String text) {
		Matcher matcher = FORM.matcher(text.trim());
		if (!matcher.matches()) {
			throw new IllegalArgumentException("must be 'user', 'user:group' or ':group'");
		}
		return new SocketOwner(matcher.group(1), matcher.group(2));
	}

	/**
	 * Reads it where YAML has taken it for a number.
	 * @param number the number
	 * @return the owner
	 * @throws IllegalArgumentException as above
	 */
	public static SocketOwner of(Integer number) {
		return of(number.toString());
	}

	/**
	 * Looks the owner up.
	 * @throws IOException where this system does not know user or group, saying which
	 */
	public void requireKnown() throws IOException {
		lookUpUser();
		lookUpGroup();
	}

	private @Nullable UserPrincipal lookUpUser() throws IOException {
		try {
			return (this.user != null) ? service().lookupPrincipalByName(this.user) : null;
		}
		catch (UserPrincipalNotFoundException ex) {
			throw new IOException("there is no user '%s' on this system".formatted(this.user), ex);
		}
	}

	private @Nullable GroupPrincipal lookUpGroup() throws IOException {
		try {
			return (this.group != null) ? service().lookupPrincipalByGroupName(this.group) : null;
		}
		catch (UserPrincipalNotFoundException ex) {
			throw new IOException("there is no group '%s' on this system".formatted(this.group), ex);
		}
	}

	private static UserPrincipalLookupService service() {
		return FileSystems.getDefault().getUserPrincipalLookupService();
	}

	/**
	 * Gives a file to the owner.
	 * @param file the file
	 * @throws IOException where user or group are unknown, or the master may not
	 */
	void apply(Path file) throws IOException {
		UserPrincipal user = lookUpUser();
		GroupPrincipal group = lookUpGroup();
		PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class,
				LinkOption.NOFOLLOW_LINKS);
		try {
			if (group != null) {
				view.setGroup(group);
			}
			if (user != null) {
				view.setOwner(user);
			}
		}
		catch (FileSystemException ex) {
			throw new IOException("its file cannot be given to '%s' (%s): only root gives files to another user, "
				.formatted(this, ex.getReason()) + "and anybody else to a group to which he belongs", ex);
		}
	}

	/**
	 * The form in which a user writes it.
	 */
	@Override
	public String toString() {
		return ((this.user != null) ? this.user : "") + ((this.group != null) ? ":" + this.group : "");
	}

}
