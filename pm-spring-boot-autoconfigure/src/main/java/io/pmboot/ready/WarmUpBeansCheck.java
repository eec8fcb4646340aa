package io.pmboot.ready;

import java.util.Map;
import java.util.function.Consumer;

import io.pmboot.WarmUp;
import io.pmboot.worker.ReadyCheck;
import io.pmboot.worker.ReadyCheck.ReadyCheckException;

/**
 * The application's own beans have warmed it up.
 */
final class WarmUpBeansCheck implements ReadyCheck {

	private final Map<String, WarmUp> beans;

	/**
	 * Creates the check.
	 * @param beans the beans by name, in their order
	 */
	WarmUpBeansCheck(Map<String, WarmUp> beans) {
		this.beans = beans;
	}

	@Override
	public void pass(Consumer<String> waiting) throws ReadyCheckException, InterruptedException {
		for (Map.Entry<String, WarmUp> bean : this.beans.entrySet()) {
			waiting.accept("bean '%s' warms up".formatted(bean.getKey()));
			try {
				bean.getValue().warmUp();
			}
			catch (InterruptedException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new ReadyCheckException(
						"Bean '%s' failed to warm this worker up: %s".formatted(bean.getKey(), ex),
						"See to the cause; or let the bean catch what does not keep a worker from serving.", ex);
			}
		}
	}

}
