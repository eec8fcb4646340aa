package io.pmboot.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may connect to a unix socket: whoever may write its file.
 *
 * @param mode Permissions of the socket's file, which say who may connect: four octal
 * digits, or of the form rw-rw----. In YAML, digits need quotes.
 * @param owner Owner of the socket's file: user, user:group or :group. The master's user
 * and group by default.
 */
public record SocketAccess(@DefaultValue("0660") SocketMode mode, @DefaultValue("") SocketOwner owner) {

	/**
	 * Gives a file this mode and this owner.
	 * @param file the file
	 * @throws IOException where that cannot be
	 */
	void apply(Path file) throws IOException {
		Files.setPosixFilePermissions(file, this.mode.permissions());
		this.owner.apply(file);
	}

}
