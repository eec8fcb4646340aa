package io.pmboot.env;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * The run directory cannot be used.
 */
public class RunDirectoryException extends RuntimeException {

	private final Path path;

	private final Reason reason;

	public RunDirectoryException(Path path, Reason reason, String detail, @Nullable Throwable cause) {
		super("The run directory '%s' cannot be used: %s".formatted(path, detail), cause);
		this.path = path;
		this.reason = reason;
	}

	/**
	 * The directory.
	 * @return its path
	 */
	public Path path() {
		return this.path;
	}

	/**
	 * What is wrong with it.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * Why a run directory cannot be used, and what to do about it.
	 */
	public enum Reason {

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

		Reason(String action) {
			this.action = action;
		}

		/**
		 * What to do about it.
		 * @return one sentence
		 */
		public String action() {
			return this.action;
		}

	}

}
