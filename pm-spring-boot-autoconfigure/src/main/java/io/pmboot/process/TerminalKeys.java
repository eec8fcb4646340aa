package io.pmboot.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The keys of the terminal that this process reads, as they are pressed, and without
 * showing them. Java leaves that to {@code stty}.
 */
public final class TerminalKeys {

	private static final int STTY_SECONDS = 5;

	private final String before;

	private TerminalKeys(String before) {
		this.before = before;
	}

	/**
	 * Takes the keys.
	 * @return the keys, or {@code null} where the terminal does not give them
	 */
	public static @Nullable TerminalKeys take() {
		String before = stty("-g");
		return (before != null && stty("-icanon", "-echo") != null) ? new TerminalKeys(before.strip()) : null;
	}

	/**
	 * What has been pressed since the last call. Does not wait.
	 * @return as text; empty where it was nothing
	 */
	public String pressed() {
		try {
			return new String(System.in.readNBytes(System.in.available()), StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			return "";
		}
	}

	/** Leaves the terminal as it was. */
	public void giveBack() {
		stty(this.before);
	}

	private static @Nullable String stty(String... arguments) {
		List<String> command = new ArrayList<>(List.of("stty"));
		command.addAll(Arrays.asList(arguments));
		try {
			Process stty = new ProcessBuilder(command).redirectInput(Redirect.INHERIT)
				.redirectError(Redirect.DISCARD)
				.start();
			if (!stty.waitFor(STTY_SECONDS, TimeUnit.SECONDS)) {
				stty.destroyForcibly();
				return null;
			}
			String output = new String(stty.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
			return (stty.exitValue() == 0) ? output : null;
		}
		catch (IOException ex) {
			return null;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return null;
		}
	}

}
