package io.pmboot.env;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.pmboot.StartFailedException;
import io.pmboot.control.WorkerVariables;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.StringUtils;

/**
 * What the environment of a worker says, whatever the application configures for itself.
 */
public final class WorkerDefaults {

	/** The name of the property source. */
	public static final String PROPERTY_SOURCE = "pmWorker";

	/** The name of the property source of {@link #listeners}. */
	public static final String LISTENERS_PROPERTY_SOURCE = "pmWorkerListeners";

	private static final String MANAGEMENT_PORT = "management.server.port";

	/** A server of its own for Actuator, which a worker keeps from opening a port. */
	private static final String OF_ITS_OWN = "0";

	private static final String APPLICATION_GROUP = "spring.application.group";

	/** What Spring Cloud makes the default id of Eureka and Consul of. */
	private static final String INSTANCE_ID = "spring.application.instance_id";

	private static final String ECS_NODE = "logging.structured.ecs.service.node-name";

	private static final String ATTRIBUTES = "management.opentelemetry.resource-attributes";

	private WorkerDefaults() {
	}

	/**
	 * Applies it.
	 * @param environment the environment, its profiles resolved
	 * @throws StartFailedException where no master has told who this worker is
	 */
	public static void apply(ConfigurableEnvironment environment) {
		WorkerFiles files = WorkerFiles.of(environment);
		if (files == null) {
			throw Roles.noMaster();
		}
		apply(files);
	}

	static void apply(WorkerFiles files) {
		ConfigurableEnvironment environment = files.environment();
		String group = files.group();
		int index = files.index();
		Map<String, Object> properties = new LinkedHashMap<>();
		properties.put("spring.main.keep-alive", "true");
		// The drain has waited already, and its time may be up
		properties.put("server.shutdown", "immediate");
		properties.put("spring.grpc.server.shutdown.grace-period", "0s");
		properties.put("spring.devtools.restart.enabled", "false");
		properties.put("spring.devtools.livereload.enabled", "false");
		String generation = environment.getProperty(WorkerVariables.GENERATION, "");
		if (!environment.containsProperty(APPLICATION_GROUP)) {
			properties.put(APPLICATION_GROUP, group + "-" + index + (generation.isEmpty() ? "" : "@" + generation));
		}
		properties.putAll(structuredLog(group, index, generation, environment));
		properties.putAll(identity(group, index, ProcessHandle.current().pid(), environment));
		properties.putAll(managementPort(environment));
		properties.putAll(files.properties());
		environment.getPropertySources().addFirst(new MapPropertySource(PROPERTY_SOURCE, properties));
	}

	/**
	 * Gives files of its own to what else a worker runs by {@code SpringApplication}, and
	 * nothing more.
	 * @param environment its environment, the profiles resolved
	 */
	public static void applyFiles(ConfigurableEnvironment environment) {
		WorkerFiles files = WorkerFiles.of(environment);
		Map<String, Object> properties = (files != null) ? files.properties() : Map.of();
		if (!properties.isEmpty()) {
			environment.getPropertySources().addFirst(new MapPropertySource(PROPERTY_SOURCE, properties));
		}
	}

	/**
	 * Tells a worker apart from the others, its predecessor included, wherever a
	 * framework would take all of them for one instance: they have host, name and port in
	 * common. What the application has set itself stays.
	 */
	static Map<String, Object> identity(String group, int index, long pid, Environment environment) {
		String id = group + "-" + index + "-" + pid;
		Map<String, Object> properties = new LinkedHashMap<>();
		for (String name : new String[] { INSTANCE_ID, ECS_NODE }) {
			if (!StringUtils.hasLength(environment.getProperty(name))) {
				properties.put(name, id);
			}
		}
		attribute("service.instance.id", id, environment, properties);
		// Boot takes the group of the application, which names the worker in its log, for
		// the namespace; an empty one is none
		if (!environment.containsProperty(APPLICATION_GROUP)) {
			attribute("service.namespace", "", environment, properties);
		}
		return properties;
	}

	/** Has each line of a structured log tell the worker, as each plain line does. */
	private static Map<String, Object> structuredLog(String group, int index, String generation,
			Environment environment) {
		List<String> formats = Stream.of("console", "file")
			.map((where) -> environment.getProperty("logging.structured.format." + where, ""))
			.filter(StringUtils::hasLength)
			.toList();
		if (formats.isEmpty()) {
			return Map.of();
		}
		// GELF wants an underscore before what it does not know, and no dot in it.
		String prefix = "logging.structured.json.add." + (formats.contains("gelf") ? "_pm_" : "pm.");
		return Map.of(prefix + "group", group, prefix + "index", index, prefix + "generation", generation);
	}

	private static void attribute(String name, String value, Environment environment, Map<String, Object> properties) {
		boolean set = Binder.get(environment)
			.bind(ATTRIBUTES, Bindable.mapOf(String.class, String.class))
			.orElseGet(Map::of)
			.containsKey(name);
		if (!set && !environment.getProperty("OTEL_RESOURCE_ATTRIBUTES", "").contains(name + "=")) {
			properties.put(ATTRIBUTES + "." + name, value);
		}
	}

	private static Map<String, Object> managementPort(Environment environment) {
		Integer port = environment.getProperty(MANAGEMENT_PORT, Integer.class);
		if (port == null || port < 0) {
			return Map.of();
		}
		// A port of its own would be one for all workers: their Actuator keeps a server
		// of
		// its own, which opens none, and does not move to the public listener. Actuator
		// on the application's own port stays there.
		boolean shared = port != 0 && port.equals(environment.getProperty("server.port", Integer.class, 8080));
		return Map.of(MANAGEMENT_PORT, shared ? "" : OF_ITS_OWN);
	}

	/**
	 * What the servers of a worker are to be told of the listeners that the worker has
	 * been given: the web server the first port, 0 where all are unix sockets; or none,
	 * which keeps the web context and opens no port, leaves out the server of gRPC, and
	 * gives Actuator a server of its own, unless that is off. To be added first, before
	 * the context is refreshed.
	 * @param addresses the listen addresses as bound, each ending in a colon and a port,
	 * or beginning with {@code unix:}
	 * @param environment the environment
	 * @return the property source
	 */
	public static PropertySource<?> listeners(List<String> addresses, Environment environment) {
		String port = addresses.stream()
			.filter((address) -> !address.startsWith("unix:"))
			.map((address) -> address.substring(address.lastIndexOf(':') + 1))
			.findFirst()
			.orElse(addresses.isEmpty() ? "-1" : "0");
		Map<String, Object> properties = new LinkedHashMap<>(Map.of("server.port", port));
		if (addresses.isEmpty()) {
			properties.put("spring.grpc.server.enabled", "false");
			if (!environment.getProperty(MANAGEMENT_PORT, "").startsWith("-")) {
				properties.put(MANAGEMENT_PORT, OF_ITS_OWN);
			}
		}
		return new MapPropertySource(LISTENERS_PROPERTY_SOURCE, properties);
	}

}
