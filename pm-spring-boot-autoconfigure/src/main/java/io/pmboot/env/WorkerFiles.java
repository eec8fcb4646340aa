package io.pmboot.env;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

import io.pmboot.control.WorkerVariables;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.StringUtils;

/**
 * The files that one worker writes, and no other process: those that the application
 * configures, with group and index in their names. A predecessor and its successor have
 * both in common, so they differ in the lane.
 *
 * @param environment what the application says
 * @param group the worker's group
 * @param index its slot
 * @param lane supplies the number among the living workers of the slot, from 0, which is
 * not shown; asked only where there are such files
 */
record WorkerFiles(ConfigurableEnvironment environment, String group, int index, IntSupplier lane) {

	private static final String LOG_NAME = "logging.file.name";

	private static final String LOG_PATH = "logging.file.path";

	private static final String TOMCAT_PREFIX = "server.tomcat.accesslog.prefix";

	private static final String TOMCAT_ENABLED = "server.tomcat.accesslog.enabled";

	private static final String JETTY_NAME = "server.jetty.accesslog.filename";

	private static final String JETTY_ENABLED = "server.jetty.accesslog.enabled";

	/**
	 * The files of the worker that this JVM is.
	 * @param environment its environment
	 * @return the files, or {@code null} where no master has told who it is
	 */
	static @Nullable WorkerFiles of(ConfigurableEnvironment environment) {
		String group = environment.getProperty(WorkerVariables.GROUP);
		Integer index = environment.getProperty(WorkerVariables.INDEX, Integer.class);
		return (group != null && index != null)
				? new WorkerFiles(environment, group, index, () -> lane(environment, group, index)) : null;
	}

	private static int lane(Environment environment, String group, int index) {
		String runDirectory = environment.getProperty(WorkerVariables.RUN_DIRECTORY);
		if (runDirectory == null) {
			throw Roles.noMaster();
		}
		try {
			return FileLane.take(Path.of(runDirectory), group, index);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No file can be locked in the master's run directory " + runDirectory, ex);
		}
	}

	/** The properties that give this worker files of its own. */
	Map<String, Object> properties() {
		if (!isFile(LOG_NAME) && !has(LOG_PATH) && !tomcat() && !jetty()) {
			return Map.of();
		}
		int lane = this.lane.getAsInt();
		String mark = "-" + this.group + "-" + this.index + ((lane > 0) ? "." + lane : "");
		Map<String, Object> properties = new LinkedHashMap<>();
		if (isFile(LOG_NAME)) {
			properties.put(LOG_NAME, marked(this.environment.getRequiredProperty(LOG_NAME), mark));
		}
		else if (!has(LOG_NAME) && has(LOG_PATH)) {
			String path = StringUtils.trimTrailingCharacter(this.environment.getRequiredProperty(LOG_PATH), '/');
			properties.put(LOG_NAME, path + "/" + marked("spring.log", mark));
		}
		for (String system : new String[] { "logback", "log4j2" }) {
			String name = "logging." + system + ".rollingpolicy.file-name-pattern";
			String pattern = unresolved(name);
			// By default, and usually, the pattern begins with the name of the log file
			if (StringUtils.hasLength(pattern) && !pattern.contains("${LOG_FILE")) {
				properties.put(name, markedPattern(pattern, mark));
			}
		}
		if (tomcat()) {
			properties.put(TOMCAT_PREFIX, this.environment.getProperty(TOMCAT_PREFIX, "access_log") + mark);
		}
		if (jetty()) {
			properties.put(JETTY_NAME, marked(this.environment.getRequiredProperty(JETTY_NAME), mark));
		}
		return properties;
	}

	private static String marked(String file, String mark) {
		int dot = file.lastIndexOf('.');
		return (dot > file.lastIndexOf('/') + 1) ? file.substring(0, dot) + mark + file.substring(dot) : file + mark;
	}

	private static String markedPattern(String pattern, String mark) {
		int end = Math.max(pattern.indexOf('%'), 0);
		while (end > 0 && ".-_".indexOf(pattern.charAt(end - 1)) >= 0) {
			end--;
		}
		boolean named = end > 0 && pattern.charAt(end - 1) != '/';
		return pattern.substring(0, end) + (named ? mark : mark.substring(1) + ".") + pattern.substring(end);
	}

	private @Nullable String unresolved(String name) {
		// Such a pattern has placeholders that only the logging system resolves
		for (PropertySource<?> source : this.environment.getPropertySources()) {
			Object value = source.getProperty(name);
			if (value != null) {
				return value.toString();
			}
		}
		return null;
	}

	private boolean tomcat() {
		return this.environment.getProperty(TOMCAT_ENABLED, Boolean.class, false)
				&& !isDevice(this.environment.getProperty("server.tomcat.accesslog.directory", "logs") + "/");
	}

	private boolean jetty() {
		return this.environment.getProperty(JETTY_ENABLED, Boolean.class, false) && isFile(JETTY_NAME);
	}

	private boolean isFile(String name) {
		return has(name) && !isDevice(this.environment.getRequiredProperty(name));
	}

	/** The worker's output, for instance, by the name /dev/stdout. */
	private static boolean isDevice(String file) {
		return file.startsWith("/dev/") || file.startsWith("/proc/");
	}

	private boolean has(String name) {
		return StringUtils.hasLength(this.environment.getProperty(name));
	}

}
