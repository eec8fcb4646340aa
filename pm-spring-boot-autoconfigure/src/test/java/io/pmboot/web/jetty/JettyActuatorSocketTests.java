package io.pmboot.web.jetty;

import io.pmboot.web.ActuatorSocketContract;

/**
 * Tests of the master's Actuator on Jetty.
 */
class JettyActuatorSocketTests extends ActuatorSocketContract {

	JettyActuatorSocketTests() {
		super("servlet",
				"org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration");
	}

}
