package io.pmboot.web.tomcat;

import io.pmboot.web.ActuatorSocketContract;

/**
 * Tests of the master's Actuator on Tomcat.
 */
class TomcatActuatorSocketTests extends ActuatorSocketContract {

	TomcatActuatorSocketTests() {
		super("servlet");
	}

}
