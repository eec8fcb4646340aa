package io.pmboot.autoconfigure;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * How a worker lets its connections go. Read by the worker, too.
 *
 * @since 0.1
 */
@ConfigurationPropertiesSource
public class DrainProperties {

	/**
	 * Time over which a reload spreads the end of WebSocket connections and event
	 * streams, so that their clients do not all come back at once; 0 ends them together.
	 */
	private Duration spread = Duration.ofSeconds(5);

	public Duration getSpread() {
		return this.spread;
	}

	public void setSpread(Duration spread) {
		this.spread = spread;
	}

}
