package io.pmboot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains what a group needs to listen.
 */
class UnservedListenersFailureAnalyzer extends AbstractFailureAnalyzer<UnservedListenersException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnservedListenersException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				("Use Tomcat, Jetty or Reactor Netty (spring-boot-starter-tomcat, -jetty, -reactor-netty) as the web server, by Boot's own factory; or have no web "
						+ "server (spring.main.web-application-type=none) and declare a bean of ConnectionHandler, or call "
						+ "Worker.listeners() while the application starts; or remove pm.groups.%s.listen.")
					.formatted(cause.group()),
				cause);
	}

}
