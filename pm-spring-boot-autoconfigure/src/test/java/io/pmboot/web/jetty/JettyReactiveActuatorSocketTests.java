package io.pmboot.web.jetty;

import io.pmboot.web.ActuatorSocketContract;

/**
 * Tests of the master's Actuator on Jetty, for WebFlux.
 */
class JettyReactiveActuatorSocketTests extends ActuatorSocketContract {

	JettyReactiveActuatorSocketTests() {
		super("reactive",
				"org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
				"org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration");
	}

}
