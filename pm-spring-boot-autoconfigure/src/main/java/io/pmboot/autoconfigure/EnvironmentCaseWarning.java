package io.pmboot.autoconfigure;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Warns of variables for workers that are named by a variable of the master: Boot reads
 * such names without their case, which a variable of a worker has.
 *
 * @param environment the master's environment
 */
record EnvironmentCaseWarning(ConfigurableEnvironment environment) implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(EnvironmentCaseWarning.class);

	private static final Pattern VARIABLE = Pattern.compile("PM_GROUPS_(.+?)_ENVIRONMENT_(.+)",
			Pattern.CASE_INSENSITIVE);

	@Override
	public void afterSingletonsInstantiated() {
		Map<String, Object> sorted = new TreeMap<>(this.environment.getSystemEnvironment());
		sorted.keySet().stream().map(VARIABLE::matcher).filter(Matcher::matches).forEach((variable) -> {
			String group = variable.group(1).toLowerCase(Locale.ROOT);
			String name = variable.group(2);
			logger.warn(
					("%s gives the workers of group '%s' a variable '%s', in lower case: the name of a variable of the master says nothing of case. "
							+ "Write --pm.groups.%2$s.environment.%s=… as an argument, or put it into a file.")
						.formatted(variable.group(), group, name.toLowerCase(Locale.ROOT).replace("_", "."), name));
		});
	}

}
