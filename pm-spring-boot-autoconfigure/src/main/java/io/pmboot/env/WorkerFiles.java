package io.pmboot.env;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.StringUtils;

/**
 * The files that one worker writes, and no other process: those that the application
 * configures, with group and index in their names. A predecessor and its successor have
 * both in common, so they differ in the lane.
 *
 * @param group the worker's group
 * @param index its slot
 * @param lane the number among the living workers of the slot, from 0, which is not shown
 */
record WorkerFiles(String group, int index, int lane) {

	private static final String LOG_NAME = "logging.file.name";

	private static final String LOG_PATH = "logging.file.path";

	private static final String TOMCAT_PREFIX = "server.tomcat.accesslog.prefix";

	private static final String TOMCAT_ENABLED = "server.tomcat.accesslog.enabled";

	private static final String JETTY_NAME = "server.jetty.accesslog.filename";

	private static final String JETTY_ENABLED = "server.jetty.accesslog.enabled";

	/**
	 * Whether the application writes any such file.
	 * @param environment what the application says
	 * @return whether it does
	 */
	static boolean any(ConfigurableEnvironment environment) {
		return file(environment, LOG_NAME) || has(environment, LOG_PATH) || tomcat(environment) || jetty(environment);
	}

	/**
	 * The properties that give this worker files of its own.
	 * @param environment what the application says
	 * @return the properties
	 */
	Map<String, Object> properties(ConfigurableEnvironment environment) {
		Map<String, Object> properties = new LinkedHashMap<>();
		if (file(environment, LOG_NAME)) {
			properties.put(LOG_NAME, marked(environment.getRequiredProperty(LOG_NAME)));
		}
		else if (!has(environment, LOG_NAME) && has(environment, LOG_PATH)) {
			String path = StringUtils.trimTrailingCharacter(environment.getRequiredProperty(LOG_PATH), '/');
			properties.put(LOG_NAME, path + "/" + marked("spring.log"));
		}
		for (String system : new String[] { "logback", "log4j2" }) {
			String name = "logging." + system + ".rollingpolicy.file-name-pattern";
			String pattern = unresolved(environment, name);
			// By default, and usually, the pattern begins with the name of the log file
			if (StringUtils.hasLength(pattern) && !pattern.contains("${LOG_FILE")) {
				properties.put(name, markedPattern(pattern));
			}
		}
		if (tomcat(environment)) {
			properties.put(TOMCAT_PREFIX, environment.getProperty(TOMCAT_PREFIX, "access_log") + mark());
		}
		if (jetty(environment)) {
			properties.put(JETTY_NAME, marked(environment.getRequiredProperty(JETTY_NAME)));
		}
		return properties;
	}

	private String mark() {
		return "-" + this.group + "-" + this.index + ((this.lane > 0) ? "." + this.lane : "");
	}

	private String marked(String file) {
		int dot = file.lastIndexOf('.');
		return (dot > file.lastIndexOf('/') + 1) ? file.substring(0, dot) + mark() + file.substring(dot)
				: file + mark();
	}

	private String markedPattern(String pattern) {
		int end = Math.max(pattern.indexOf('%'), 0);
		while (end > 0 && ".-_".indexOf(pattern.charAt(end - 1)) >= 0) {
			end--;
		}
		boolean named = end > 0 && pattern.charAt(end - 1) != '/';
		return pattern.substring(0, end) + (named ? mark() : mark().substring(1) + ".") + pattern.substring(end);
	}

	private static @Nullable String unresolved(ConfigurableEnvironment environment, String name) {
		// Such a pattern has placeholders that only the logging system resolves
		for (PropertySource<?> source : environment.getPropertySources()) {
			Object value = source.getProperty(name);
			if (value != null) {
				return value.toString();
			}
		}
		return null;
	}

	private static boolean tomcat(ConfigurableEnvironment environment) {
		return is(environment, TOMCAT_ENABLED)
				&& !isDevice(environment.getProperty("server.tomcat.accesslog.directory", "logs") + "/");
	}

	private static boolean jetty(ConfigurableEnvironment environment) {
		return is(environment, JETTY_ENABLED) && file(environment, JETTY_NAME);
	}

	private static boolean file(ConfigurableEnvironment environment, String name) {
		return has(environment, name) && !isDevice(environment.getRequiredProperty(name));
	}

	/** The worker's output, for instance, by the name /dev/stdout. */
	private static boolean isDevice(String file) {
		return file.startsWith("/dev/") || file.startsWith("/proc/");
	}

	private static boolean has(ConfigurableEnvironment environment, String name) {
		return StringUtils.hasLength(environment.getProperty(name));
	}

	private static boolean is(ConfigurableEnvironment environment, String name) {
		return environment.getProperty(name, Boolean.class, false);
	}

}
