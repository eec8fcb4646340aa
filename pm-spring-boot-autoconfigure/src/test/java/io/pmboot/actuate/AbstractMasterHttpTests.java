package io.pmboot.actuate;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

/**
 * Tests of the master's web server, run on each web stack.
 */
@ParameterizedClass
@EnumSource(names = { "SERVLET", "REACTIVE" })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AbstractMasterHttpTests {

	static final String RELOAD = "/actuator/pm/reload";

	/** Request threads of the server, where it has threads for requests. */
	static final int THREADS = 3;

	@Parameter
	private WebApplicationType type;

	private MasterApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		this.application = MasterApplication.start(this.type,
				Map.of("server.tomcat.threads.max", THREADS, "spring.jackson.property-naming-strategy", "SNAKE_CASE",
						"spring.mvc.hiddenmethod.filter.enabled", true, "spring.webflux.hiddenmethod.filter.enabled",
						true));
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
	}

	@BeforeEach
	void reset() {
		master().reset();
	}

	FakeMaster master() {
		return this.application.master();
	}

	void publish(Object event) {
		this.application.context().publishEvent(event);
	}

	Path runDirectory() {
		return this.application.context().getBean(PmActuatorConfiguration.Settings.class).runDirectory();
	}

	int port() {
		return this.application.port();
	}

}
