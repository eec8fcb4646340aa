package io.pmboot;

import org.jspecify.annotations.Nullable;

/**
 * How a process ended.
 *
 * @param code the exit code; 128 + n where signal n ended it, as
 * {@link Process#exitValue()} reports it on Linux
 * @param outOfMemory whether the JVM said that it ends because it is out of memory
 * ({@code -XX:+ExitOnOutOfMemoryError}, which workers have, or
 * {@code -XX:+CrashOnOutOfMemoryError})
 * @since 0.1
 */
public record ExitStatus(int code, boolean outOfMemory) {

	/** The code for a worker that could not be forked at all, as a shell has it. */
	public static final int NOT_STARTED = 126;

	/**
	 * Creates the status of a process that did not say that it was out of memory.
	 * @param code the exit code
	 */
	public ExitStatus(int code) {
		this(code, false);
	}

	/**
	 * The signal that ended the process, by the usual reading of its code. A process that
	 * itself exits with 128 + n cannot be told apart.
	 * @return the name without SIG, or {@code null} where it was no common signal
	 */
	public @Nullable String signal() {
		return switch (this.code) {
			case 129 -> "HUP";
			case 130 -> "INT";
			case 131 -> "QUIT";
			case 134 -> "ABRT";
			case 135 -> "BUS";
			case 137 -> "KILL";
			case 139 -> "SEGV";
			case 143 -> "TERM";
			default -> null;
		};
	}

	@Override
	public String toString() {
		String signal = signal();
		String text = (signal != null) ? "exit code " + this.code + " (SIG" + signal + ")" : "exit code " + this.code;
		return this.outOfMemory ? text + ", out of memory" : text;
	}

}
