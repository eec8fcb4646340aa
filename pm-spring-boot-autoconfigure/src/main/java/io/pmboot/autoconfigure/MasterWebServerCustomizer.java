package io.pmboot.autoconfigure;

import io.pmboot.autoconfigure.PmProperties.Master;

import org.springframework.boot.web.server.ConfigurableWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.boot.web.server.servlet.Jsp;
import org.springframework.core.Ordered;

/**
 * Puts the master's web server where {@code pm.master} says, and keeps it from serving
 * files of the application. Comes after every other customizer.
 */
class MasterWebServerCustomizer implements WebServerFactoryCustomizer<ConfigurableWebServerFactory>, Ordered {

	private final Master properties;

	MasterWebServerCustomizer(Master properties) {
		this.properties = properties;
	}

	@Override
	public void customize(ConfigurableWebServerFactory factory) {
		// With -1 Boot would not start the server.
		factory.setPort(this.properties.isPortOff() ? 0 : this.properties.port());
		factory.setAddress(this.properties.actuatorAddress());
		if (factory instanceof ConfigurableServletWebServerFactory servlet) {
			Jsp none = new Jsp();
			none.setRegistered(false);
			servlet.setJsp(none);
			servlet.setRegisterDefaultServlet(false);
		}
	}

	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
