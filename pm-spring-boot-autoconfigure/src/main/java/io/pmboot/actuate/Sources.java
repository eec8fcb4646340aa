package io.pmboot.actuate;

import org.jspecify.annotations.Nullable;

/**
 * What answers requests below the endpoint's path, whatever the web stack.
 *
 * @param operations the operations, and what is asked of the master
 * @param progress the steps of reloads as they come
 * @param history what happened in the last days
 * @param relay the way to the Actuators of workers
 * @param ui the page for a browser
 * @param metrics the page of metrics, where there is one
 */
record Sources(Operations operations, ReloadProgress progress, History history, WorkerRelay relay, Ui ui,
		@Nullable PrometheusPage metrics) {
}
