package io.pmboot.autoconfigure;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.env.Environment;

/**
 * Warns, once at the start of a worker that is one of several, of a Quartz scheduler that
 * does not know the others: each of them runs every job.
 *
 * @param environment says where jobs are kept
 * @param group the worker's group
 * @param children how many workers that has
 * @param findings where it is told
 */
record QuartzWarning(Environment environment, String group, int children,
		Findings findings) implements SmartInitializingSingleton {

	private static final String PROPERTIES = "spring.quartz.properties.org.quartz.jobStore.";

	@Override
	public void afterSingletonsInstantiated() {
		boolean inMemory = "memory"
			.equalsIgnoreCase(this.environment.getProperty("spring.quartz.job-store-type", "memory"))
				&& !this.environment.containsProperty(PROPERTIES + "class");
		boolean clustered = this.environment.getProperty(PROPERTIES + "isClustered", Boolean.class, false);
		if (this.children > 1 && (inMemory || !clustered)) {
			this.findings
				.found("quartz", ("Group '%s' has %d workers, and each of them runs every job of Quartz, because %s. "
						+ "Use spring.quartz.job-store-type=jdbc and %sisClustered=true, or give the jobs a group of their own with children: 1.")
					.formatted(this.group, this.children, inMemory ? "their schedulers keep jobs in their own memory"
							: "their schedulers are not clustered", PROPERTIES));
		}
	}

}
