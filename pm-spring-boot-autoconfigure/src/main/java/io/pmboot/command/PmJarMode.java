package io.pmboot.command;

import org.springframework.boot.loader.jarmode.JarMode;

/**
 * Lets Boot's loader run the command in place of the application, with
 * {@code -Djarmode=pm}.
 */
class PmJarMode implements JarMode {

	@Override
	public boolean accepts(String mode) {
		return PmCommand.MODE.equalsIgnoreCase(mode);
	}

	@Override
	public void run(String mode, String[] args) {
		PmCommand.main(args);
	}

}
