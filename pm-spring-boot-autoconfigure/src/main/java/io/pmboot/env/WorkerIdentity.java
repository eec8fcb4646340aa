package io.pmboot.env;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Tells a worker apart from the others, its predecessor included, wherever a framework
 * would take all of them for one instance: they have host, name and port in common.
 *
 * @param group the worker's group
 * @param index its slot
 * @param pid its process
 */
record WorkerIdentity(String group, int index, long pid) {

	/** What Spring Cloud makes the default id of Eureka and Consul of. */
	private static final String INSTANCE_ID = "spring.application.instance_id";

	private static final String ECS_NODE = "logging.structured.ecs.service.node-name";

	private static final String ATTRIBUTES = "management.opentelemetry.resource-attributes";

	private static final String INSTANCE_ATTRIBUTE = "service.instance.id";

	private static final String NAMESPACE_ATTRIBUTE = "service.namespace";

	/**
	 * The properties that the application has not set itself.
	 * @param environment what the application says
	 * @return the properties
	 */
	Map<String, Object> properties(Environment environment) {
		String id = this.group + "-" + this.index + "-" + this.pid;
		Map<String, Object> properties = new LinkedHashMap<>();
		for (String name : new String[] { INSTANCE_ID, ECS_NODE }) {
			if (!StringUtils.hasLength(environment.getProperty(name))) {
				properties.put(name, id);
			}
		}
		Map<String, String> attributes = Binder.get(environment)
			.bind(ATTRIBUTES, Bindable.mapOf(String.class, String.class))
			.orElseGet(Map::of);
		String others = environment.getProperty("OTEL_RESOURCE_ATTRIBUTES", "");
		if (!attributes.containsKey(INSTANCE_ATTRIBUTE) && !others.contains(INSTANCE_ATTRIBUTE + "=")) {
			properties.put(ATTRIBUTES + "." + INSTANCE_ATTRIBUTE, id);
		}
		// Boot takes the group of the application, which names the worker in its log, for
		// the namespace; an empty one is none
		if (!attributes.containsKey(NAMESPACE_ATTRIBUTE) && !others.contains(NAMESPACE_ATTRIBUTE + "=")
				&& !environment.containsProperty(WorkerDefaults.APPLICATION_GROUP)) {
			properties.put(ATTRIBUTES + "." + NAMESPACE_ATTRIBUTE, "");
		}
		return properties;
	}

}
