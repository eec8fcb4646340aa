package io.pmboot.autoconfigure;

import java.time.Duration;

import io.pmboot.master.ReloadSettings;
import io.pmboot.master.ReloadSettings.Order;
import io.pmboot.master.Surge;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * How a group is reloaded.
 *
 * @since 0.1
 */
@ConfigurationPropertiesSource
public class ReloadProperties {

	/**
	 * Number of slots that are replaced at a time, or a percentage of them such as 25%.
	 */
	private String maxSurge = "1";

	/**
	 * Time for which a successor that accepts is observed, its predecessor still beside
	 * it; 0 does not observe.
	 */
	private Duration observe = Duration.ofSeconds(10);

	/**
	 * Longest time that a predecessor may take to empty: requests in flight, and idle
	 * connections that end by their own time-out.
	 */
	private Duration drainTimeout = Duration.ofSeconds(75);

	/**
	 * Pause before the next slots are replaced.
	 */
	private Duration pause = Duration.ZERO;

	/**
	 * Whether the predecessors must have exited before the next slots are replaced.
	 */
	private boolean waitForDrain;

	/**
	 * Which of the two of a slot comes first: a successor is started before its
	 * predecessor is stopped or after it, or is ready before and active after it.
	 */
	private Order order = Order.START_FIRST;

	/**
	 * Number of reloads whose predecessors may drain at the same time; one more is
	 * refused until the oldest has ended.
	 */
	private int maxDraining = 2;

	/**
	 * Health group of the application that must be UP before a worker is ready.
	 */
	private @Nullable String healthGroup;

	public @Nullable String getHealthGroup() {
		return this.healthGroup;
	}

	public void setHealthGroup(@Nullable String healthGroup) {
		this.healthGroup = healthGroup;
	}

	public String getMaxSurge() {
		return this.maxSurge;
	}

	public void setMaxSurge(String maxSurge) {
		this.maxSurge = maxSurge;
	}

	public Duration getObserve() {
		return this.observe;
	}

	public void setObserve(Duration observe) {
		this.observe = observe;
	}

	public Duration getDrainTimeout() {
		return this.drainTimeout;
	}

	public void setDrainTimeout(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
	}

	public Duration getPause() {
		return this.pause;
	}

	public void setPause(Duration pause) {
		this.pause = pause;
	}

	public boolean isWaitForDrain() {
		return this.waitForDrain;
	}

	public void setWaitForDrain(boolean waitForDrain) {
		this.waitForDrain = waitForDrain;
	}

	public Order getOrder() {
		return this.order;
	}

	public void setOrder(Order order) {
		this.order = order;
	}

	public int getMaxDraining() {
		return this.maxDraining;
	}

	public void setMaxDraining(int maxDraining) {
		this.maxDraining = maxDraining;
	}

	ReloadSettings settings() {
		return new ReloadSettings(Surge.parse(this.maxSurge), this.observe, this.drainTimeout, this.pause,
				this.waitForDrain, this.order, this.maxDraining);
	}

}
