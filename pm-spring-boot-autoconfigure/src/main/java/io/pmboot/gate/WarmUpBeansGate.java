package io.pmboot.gate;

import java.util.Map;
import java.util.function.Consumer;

import io.pmboot.WarmUp;
import io.pmboot.worker.Gate;
import io.pmboot.worker.GateException;

/**
 * The application's own beans have warmed it up.
 */
public final class WarmUpBeansGate implements Gate {

	private final Map<String, WarmUp> beans;

	/**
	 * Creates the gate.
	 * @param beans the beans by name, in their order
	 */
	public WarmUpBeansGate(Map<String, WarmUp> beans) {
		this.beans = beans;
	}

	@Override
	public void pass(Consumer<String> waiting) throws GateException, InterruptedException {
		for (Map.Entry<String, WarmUp> bean : this.beans.entrySet()) {
			waiting.accept("bean '%s' warms up".formatted(bean.getKey()));
			try {
				bean.getValue().warmUp();
			}
			catch (InterruptedException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new GateException("Bean '%s' failed to warm this worker up: %s".formatted(bean.getKey(), ex),
						"See to the cause; or let the bean catch what does not keep a worker from serving.", ex);
			}
		}
	}

}
