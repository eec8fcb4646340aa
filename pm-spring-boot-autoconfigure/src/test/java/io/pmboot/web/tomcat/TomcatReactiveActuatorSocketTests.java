package io.pmboot.web.tomcat;

import io.pmboot.web.ActuatorSocketContract;

/**
 * Tests of the master's Actuator on Tomcat, for WebFlux.
 */
class TomcatReactiveActuatorSocketTests extends ActuatorSocketContract {

	TomcatReactiveActuatorSocketTests() {
		super("reactive");
	}

}
