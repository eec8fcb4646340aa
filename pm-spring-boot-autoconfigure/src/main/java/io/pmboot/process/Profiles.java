package io.pmboot.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParseException;
import org.springframework.boot.json.JsonParserFactory;
import org.springframework.boot.json.JsonWriter;

/**
 * The profiles of a worker. {@code master} is taken out of whatever the worker inherits:
 * Boot adds up {@code spring.profiles.include} of all sources, so that nothing on the
 * command line could undo it.
 */
final class Profiles {

	static final String ACTIVE = "spring.profiles.active";

	private static final String MASTER = "master";

	private static final Pattern PROPERTY = Pattern.compile("spring[._]profiles[._](active|include)([\\[_]\\d+]?)?");

	private static final Pattern JSON = Pattern.compile("spring[._]application[._]json");

	private Profiles() {
	}

	// Later ones win over earlier ones.
	static List<String> forWorker(List<String> active, WorkerLaunch launch) {
		List<String> profiles = new ArrayList<>(active);
		profiles.add("worker");
		profiles.add(launch.group());
		profiles.addAll(launch.program().profiles());
		Set<String> unique = new LinkedHashSet<>();
		for (String profile : profiles) {
			unique.remove(profile);
			unique.add(profile);
		}
		unique.remove(MASTER);
		return List.copyOf(unique);
	}

	// Whether a property, or an environment variable, activates or includes profiles.
	static boolean isProperty(String name) {
		return PROPERTY.matcher(name.toLowerCase(Locale.ROOT)).matches();
	}

	/**
	 * Whether anything from outside the application names the profile of a master.
	 * @param arguments the arguments of main
	 * @param properties the properties of the JVM
	 * @param environment the environment
	 * @return whether something does
	 */
	static boolean mentionMaster(List<String> arguments, Map<?, ?> properties, Map<String, String> environment) {
		return arguments.stream().anyMatch((argument) -> !WorkerArguments.withoutMaster(argument).equals(argument))
				|| Stream.of(properties, environment)
					.flatMap((map) -> map.entrySet().stream())
					.anyMatch(Profiles::mentionsMaster);
	}

	private static boolean mentionsMaster(Map.Entry<?, ?> entry) {
		String value = String.valueOf(entry.getValue());
		return !withoutMaster(String.valueOf(entry.getKey()), value).equals(value);
	}

	/**
	 * Takes the profile of a master out of a property, or an environment variable.
	 * @param name its name
	 * @param value its value: profiles, or further properties in JSON
	 * @return the value, the same text where nothing is taken out
	 */
	static String withoutMaster(String name, String value) {
		if (JSON.matcher(name.toLowerCase(Locale.ROOT)).matches()) {
			return withoutMasterInJson(value);
		}
		return isProperty(name) ? withoutMaster(value) : value;
	}

	private static String withoutMaster(String profiles) {
		return Arrays.stream(profiles.split(","))
			.filter((profile) -> !profile.trim().equals(MASTER))
			.collect(Collectors.joining(","));
	}

	private static String withoutMasterInJson(String json) {
		try {
			Map<String, Object> properties = JsonParserFactory.getJsonParser().parseMap(json);
			Map<String, Object> filtered = filtered("", properties);
			return filtered.equals(properties) ? json : JsonWriter.standard().writeToString(filtered);
		}
		catch (JsonParseException ex) {
			// Boot tells the worker what is wrong with it as it told the master.
			return json;
		}
	}

	private static Map<String, Object> filtered(String prefix, Map<?, ?> properties) {
		Map<String, Object> filtered = new LinkedHashMap<>();
		properties.forEach((key, value) -> filtered.put((String) key, filtered(prefix + key, value)));
		return filtered;
	}

	private static @Nullable Object filtered(String name, @Nullable Object value) {
		if (value instanceof Map<?, ?> properties) {
			return filtered(name + ".", properties);
		}
		if (!isProperty(name)) {
			return value;
		}
		if (value instanceof List<?> profiles) {
			return profiles.stream().filter((profile) -> !MASTER.equals(profile)).toList();
		}
		return (value instanceof String profiles) ? withoutMaster(profiles) : value;
	}

}
