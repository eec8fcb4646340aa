package io.pmboot.command;

/**
 * How the command ends. The ordinal is the exit code.
 */
enum ExitCode {

	/** What was asked for is done. */
	DONE,

	/** The master refused it, or it failed. */
	FAILED,

	/** The command line is not understood. */
	USAGE,

	/** No master was found, or more than one. */
	NO_MASTER

}
