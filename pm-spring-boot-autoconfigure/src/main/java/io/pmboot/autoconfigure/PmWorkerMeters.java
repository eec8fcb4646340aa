package io.pmboot.autoconfigure;

import java.util.List;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.pmboot.accept.Serving;

/**
 * Meters of a worker that no server has: how many of the connections that workers share
 * it has taken.
 */
class PmWorkerMeters implements MeterBinder {

	private final List<Serving> servings;

	PmWorkerMeters(List<Serving> servings) {
		this.servings = servings;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		FunctionCounter.builder("pm.connections.accepted", this, PmWorkerMeters::accepted)
			.description("Connections that this worker has accepted")
			.register(registry);
	}

	private double accepted() {
		return this.servings.stream().mapToLong(Serving::accepted).sum();
	}

}
