package io.pmboot.web.reactornetty;

import io.pmboot.web.ActuatorSocketContract;

/**
 * Tests of the master's Actuator on Reactor Netty.
 */
class ReactorNettyActuatorSocketTests extends ActuatorSocketContract {

	ReactorNettyActuatorSocketTests() {
		super("reactive",
				"org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
				"org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration");
	}

}
