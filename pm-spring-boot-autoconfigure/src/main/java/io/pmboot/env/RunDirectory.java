package io.pmboot.env;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import io.pmboot.StartFailedException;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * The directory that belongs to one living master: its control socket lies there, so
 * nobody else may enter it. It stays locked until it is closed or the master is gone.
 */
public final class RunDirectory extends LockHolder {

	/** The name of the socket on which the master's Actuator answers: the longest. */
	private static final String ACTUATOR_SOCKET = "actuator.sock";

	/** The file that says where the endpoint of a master is that has a port. */
	public static final String ENDPOINT_URL = "endpoint-url";

	/** Linux: sockaddr_un has room for 108 bytes, the last of which is 0. */
	private static final int MAX_SOCKET_PATH = 107;

	private static final int WRITABLE_BY_OTHERS = 0022;

	/** Names can be changed by their owners alone. */
	private static final int STICKY = 01000;

	private static final int ALL_BITS = 07777;

	private static final FileAttribute<Set<PosixFilePermission>> PRIVATE = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

	private final Path path;

	private final boolean previousMasterDied;

	private RunDirectory(Path path, Lock lock) {
		super(lock, "This master's lock on its run directory was removed, and cannot be made again: ");
		this.path = path;
		this.previousMasterDied = !lock.before().isEmpty();
	}

	/**
	 * Opens a directory. Creates it, and what is missing above it, for the owner alone.
	 * @param directory the directory
	 * @return the directory, locked
	 * @throws StartFailedException where it cannot be used, saying why
	 */
	public static RunDirectory open(Path directory) {
		Path path = prepare(directory);
		Lock lock = take(path);
		try {
			// One that was killed left where it was.
			Files.deleteIfExists(path.resolve(ENDPOINT_URL));
		}
		catch (IOException ex) {
			throw Problem.UNUSABLE.of(path, ex.toString(), ex);
		}
		return new RunDirectory(path, lock);
	}

	private static Lock take(Path path) {
		try {
			Lock lock = lock(path.resolve("master.lock"),
					(holder) -> Problem.IN_USE.of(path, "another master uses it" + holder, null));
			lock.write(PID);
			return lock;
		}
		catch (IOException ex) {
			throw Problem.UNUSABLE.of(path, ex.toString(), ex);
		}
	}

	/**
	 * Creates a directory where it is missing, and checks it, without locking it.
	 * @param directory the directory
	 * @return its absolute path
	 * @throws StartFailedException where it cannot be used, saying why
	 */
	public static Path prepare(Path directory) {
		Path path = directory.toAbsolutePath().normalize();
		if (path.resolve(ACTUATOR_SOCKET).toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH) {
			throw Problem.TOO_LONG.of(path,
					"the path of a socket in it would be longer than %d bytes".formatted(MAX_SOCKET_PATH), null);
		}
		create(path);
		return path;
	}

	/**
	 * The default directory: the first of {@code $RUNTIME_DIRECTORY}, otherwise one below
	 * {@code java.io.tmpdir}, by user and application. That of the user is created.
	 * @param environment the master's environment
	 * @param mainClass the application's main class, or {@code null} where none is known
	 * @return its path
	 * @throws StartFailedException where that of the user cannot be used, saying why
	 */
	public static Path defaultPath(Environment environment, @Nullable Class<?> mainClass) {
		String runtimeDirectory = environment.getProperty("RUNTIME_DIRECTORY", "");
		if (!runtimeDirectory.isEmpty()) {
			return Path.of(runtimeDirectory.split(":", 2)[0]);
		}
		Path ofUser = Path.of(System.getProperty("java.io.tmpdir"), "pm-" + fileName(System.getProperty("user.name")))
			.toAbsolutePath();
		// Everybody may create files beside it, this very name as well
		create(ofUser);
		return ofUser.resolve(name(environment, mainClass));
	}

	private static String name(Environment environment, @Nullable Class<?> mainClass) {
		String name = environment.getProperty("spring.application.name");
		if (StringUtils.hasText(name)) {
			return fileName(name);
		}
		return (mainClass != null) ? mainClass.getSimpleName() : "application";
	}

	private static String fileName(String name) {
		String safe = name.replaceAll("[^A-Za-z0-9._-]", "_");
		return safe.startsWith(".") ? "_" + safe : safe;
	}

	private static void create(Path path) {
		try {
			if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
				Files.createDirectories(path, PRIVATE);
			}
			check(path, Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
		}
		catch (IOException ex) {
			throw Problem.UNUSABLE.of(path, ex.toString(), ex);
		}
	}

	private static void check(Path path, PosixFileAttributes attributes) throws IOException {
		if (!attributes.isDirectory()) {
			throw Problem.NOT_A_DIRECTORY.of(path,
					attributes.isSymbolicLink() ? "it is a symbolic link" : "it is not a directory", null);
		}
		if (!isOurs(path)) {
			throw Problem.NOT_OURS.of(path, "it belongs to '%s'".formatted(attributes.owner().getName()), null);
		}
		String permissions = PosixFilePermissions.toString(attributes.permissions());
		if (!permissions.endsWith("------")) {
			throw Problem.OPEN_TO_OTHERS.of(path, "others than its owner have rights to it (%s)".formatted(permissions),
					null);
		}
		Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
		checkAbove(path, path, owner);
		checkAbove(path, path.toRealPath(), owner);
	}

	// Whoever may rename what is above it may put a directory of their own in its place.
	private static void checkAbove(Path path, Path from, Object owner) throws IOException {
		for (Path above = from.getParent(); above != null; above = above.getParent()) {
			Object ownerAbove = Files.getAttribute(above, "unix:uid");
			boolean trusted = ownerAbove.equals(0) || ownerAbove.equals(owner);
			int mode = (int) Files.getAttribute(above, "unix:mode");
			if (!trusted || ((mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY) == 0)) {
				throw Problem.OPEN_TO_OTHERS.of(path, "others may rename what is in '%s' (owner '%s', mode %o)"
					.formatted(above, Files.getOwner(above).getName(), mode & ALL_BITS), null);
			}
		}
	}

	private static boolean isOurs(Path path) throws IOException {
		// Java does not tell its user id; a file that it creates does
		try {
			Path probe = Files.createTempFile(path, "probe", null);
			try {
				return Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
					.equals(Files.getAttribute(probe, "unix:uid", LinkOption.NOFOLLOW_LINKS));
			}
			finally {
				Files.delete(probe);
			}
		}
		catch (AccessDeniedException ex) {
			return false;
		}
	}

	/**
	 * The directory.
	 * @return its absolute path
	 */
	public Path path() {
		return this.path;
	}

	/**
	 * Where the control socket is to be.
	 * @return its absolute path
	 */
	public Path controlSocket() {
		return this.path.resolve("control.sock");
	}

	/**
	 * Where the socket of the master's Actuator is to be.
	 * @return its absolute path
	 */
	public Path actuatorSocket() {
		return this.path.resolve(ACTUATOR_SOCKET);
	}

	/**
	 * Whether the last master here was killed, so that workers of it may still hold its
	 * listen addresses.
	 * @return whether it was
	 */
	public boolean previousMasterDied() {
		return this.previousMasterDied;
	}

	/**
	 * Makes the directory and its lock again where somebody removed or replaced them; a
	 * failure is logged, and tried again at the next call. Blocks; not to be called by
	 * two threads at a time.
	 */
	public void hold() {
		relock();
	}

	@Override
	Lock again(Log logger) {
		create(this.path);
		Lock lock = take(this.path);
		logger.warn("The file by which this master holds the run directory %s was removed; it is there again"
			.formatted(this.path));
		return lock;
	}

	/** Tells the next master that this one ended in order. */
	@Override
	void leave(Lock lock) throws IOException {
		lock.write("");
	}

	/**
	 * Where the socket of the master's Actuator cannot be opened.
	 * @param cause why
	 * @return the exception
	 */
	public StartFailedException unusable(IOException cause) {
		return Problem.UNUSABLE.of(this.path, "the Actuator's socket cannot be opened: " + cause.getMessage(), cause);
	}

	/**
	 * Why a run directory cannot be used, and what to do about it.
	 */
	enum Problem {

		/** It is a symbolic link, or no directory. */
		NOT_A_DIRECTORY("Set pm.master.run-directory to a directory itself, not to a link or a file; "
				+ "the master creates it where it is missing."),

		/** It belongs to another user. */
		NOT_OURS("Set pm.master.run-directory to a directory of the user that runs the master; "
				+ "the master creates it where it is missing."),

		/** Others than its owner have rights to it, or may rename what is above it. */
		OPEN_TO_OTHERS(
				"Take the rights of group and others away (chmod 700; RuntimeDirectoryMode=0700 where systemd creates it; "
						+ "chmod go-w for what is above it, or chmod +t as /tmp has it), "
						+ "or set pm.master.run-directory to a directory that does not exist, below one that others cannot change: "
						+ "the master creates it."),

		/** The path of a socket in it would be longer than the system allows. */
		TOO_LONG("Set pm.master.run-directory to a shorter path, for instance one below /run or /tmp."),

		/** Another master uses it. */
		IN_USE("Stop the other master first; or give this one a run directory of its own (pm.master.run-directory) "
				+ "and listen addresses of its own."),

		/** It could not be created, read or written. */
		UNUSABLE("See to the cause, or set pm.master.run-directory to a directory that the master can create and "
				+ "write.");

		private final String action;

		Problem(String action) {
			this.action = action;
		}

		String action() {
			return this.action;
		}

		StartFailedException of(Path path, String detail, @Nullable Throwable cause) {
			return new StartFailedException("The run directory '%s' cannot be used: %s".formatted(path, detail),
					this.action, cause);
		}

	}

}
