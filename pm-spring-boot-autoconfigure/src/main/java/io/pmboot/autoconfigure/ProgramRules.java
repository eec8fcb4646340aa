package io.pmboot.autoconfigure;

import java.io.File;
import java.net.URL;
import java.util.function.Function;

import io.pmboot.process.ApplicationJar;
import io.pmboot.process.BootLoader;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * What must hold for the program of a group where it is not the master's own. Looks at
 * files, and loads nothing.
 */
final class ProgramRules {

	private final Rejection rejection;

	private final boolean newVersion;

	ProgramRules(Rejection rejection, boolean newVersion) {
		this.rejection = rejection;
		this.newVersion = newVersion;
	}

	void check(String prefix, GroupProperties group) {
		String mainClass = group.getMainClass();
		File application = group.getApplication();
		if (mainClass != null && application != null) {
			this.rejection.reject(prefix + "main-class", mainClass,
					"pm.%sapplication is set as well; a group runs another class of this application or another application, not both"
						.formatted(prefix));
			return;
		}
		// The class path of this JVM is that of the version before.
		if (!this.newVersion) {
			reject(prefix + "main-class", mainClass, ProgramRules::problem);
		}
		reject(prefix + "application", application, (file) -> ApplicationJar.problem(file.toPath()));
	}

	private <T> void reject(String field, @Nullable T value, Function<T, @Nullable String> problem) {
		String reason = (value != null) ? problem.apply(value) : null;
		if (value != null && reason != null) {
			this.rejection.reject(field, value, reason);
		}
	}

	private static @Nullable String problem(String mainClass) {
		if (ClassLoader.getSystemResource(resource(mainClass)) != null) {
			return null;
		}
		ClassLoader application = ClassUtils.getDefaultClassLoader();
		URL resource = (application != null) ? application.getResource(resource(mainClass)) : null;
		if (resource == null) {
			return "there is no such class on the class path of this application";
		}
		// Only Boot's loader can see it, so it has to be able to start it.
		return (ClassLoader.getSystemResource(resource(BootLoader.PROPERTIES_LAUNCHER)) != null) ? null
				: "the class is inside an archive whose loader cannot start it: package the application with Boot's own loader ("
						+ BootLoader.PROPERTIES_LAUNCHER + ")";
	}

	private static String resource(String className) {
		return className.replace('.', '/') + ".class";
	}

	/**
	 * Takes what does not hold.
	 */
	interface Rejection {

		/**
		 * Rejects a value.
		 * @param field the property without {@code pm.}
		 * @param value its value
		 * @param reason what is wrong with it
		 */
		void reject(String field, Object value, String reason);

	}

}
