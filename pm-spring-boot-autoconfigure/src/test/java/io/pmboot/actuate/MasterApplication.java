package io.pmboot.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.pmboot.process.ProcessLauncher;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * A master on a real server as the auto-configurations make it, but for what supervises:
 * that is a {@link FakeMaster}. It is a master from its context on, so that its
 * environment is what a test says.
 */
final class MasterApplication implements AutoCloseable {

	static final String WITHOUT_SECURITY = String.join(",",
			"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
			"org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration");

	private final ConfigurableApplicationContext context;

	private final Path directory;

	private MasterApplication(ConfigurableApplicationContext context, Path directory) {
		this.context = context;
		this.directory = directory;
	}

	static MasterApplication start(WebApplicationType type, Map<String, Object> properties) {
		Path directory = directory();
		return new MasterApplication(new SpringApplicationBuilder(MasterConfiguration.class).web(type)
			.initializers(MasterApplication::makeMaster)
			.properties("pm.groups.web.children=0", "pm.master.port=0", "pm.master.run-directory=" + directory,
					"spring.main.banner-mode=off", "management.endpoints.web.exposure.include=*",
					"management.endpoint.health.show-details=always",
					"spring.autoconfigure.exclude=" + WITHOUT_SECURITY)
			.properties(properties)
			.run(), directory);
	}

	private static Path directory() {
		try {
			return Files.createTempDirectory("master");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void makeMaster(ConfigurableApplicationContext context) {
		context.getEnvironment().addActiveProfile("master");
		ConfigurableListableBeanFactory beans = context.getBeanFactory();
		beans.registerSingleton("master", new FakeMaster());
		ProcessLauncher launcher = (launch) -> new CompletableFuture<>();
		beans.registerSingleton("launcher", launcher);
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	FakeMaster master() {
		return this.context.getBean(FakeMaster.class);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		this.context.close();
		try {
			FileSystemUtils.deleteRecursively(this.directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class MasterConfiguration {

	}

}
