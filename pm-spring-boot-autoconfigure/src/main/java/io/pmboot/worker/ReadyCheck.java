package io.pmboot.worker;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Something that must have been done, or be so, before this worker is READY.
 */
public interface ReadyCheck {

	/**
	 * Returns when it is so. Called once, on a thread that may wait.
	 * @param waiting is told what this waits for, in words, whenever that changes
	 * @throws ReadyCheckException where it will not be so: the start of this worker fails
	 * @throws InterruptedException when interrupted
	 */
	void pass(Consumer<String> waiting) throws ReadyCheckException, InterruptedException;

	/**
	 * A worker must not become READY.
	 */
	class ReadyCheckException extends Exception {

		private static final long serialVersionUID = 1L;

		/**
		 * Creates an exception.
		 * @param description what is wrong, in sentences
		 * @param action what to do about it, in sentences
		 * @param cause the cause, or {@code null}
		 */
		public ReadyCheckException(String description, String action, @Nullable Throwable cause) {
			super(description + "\n" + action, cause);
		}

	}

}
