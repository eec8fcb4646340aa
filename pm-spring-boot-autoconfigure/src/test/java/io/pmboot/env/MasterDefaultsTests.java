package io.pmboot.env;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MasterDefaults} and {@link HiddenProperties}.
 */
class MasterDefaultsTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "| health,pm", "\"\" | pm", "info,health | info,health,pm", "pm,info | pm,info", "* | *" })
	void exposePmBesideWhatTheApplicationExposes(String configured, String expected) {
		if (configured != null) {
			add(Map.of("management.endpoints.web.exposure.include", configured.replace("\"", "")));
		}
		MasterDefaults.apply(this.environment);
		assertThat(this.environment.getProperty("management.endpoints.web.exposure.include")).isEqualTo(expected);
	}

	@Test
	void readAListOfExposedEndpoints() {
		add(Map.of("management.endpoints.web.exposure.include[0]", "info"));
		MasterDefaults.apply(this.environment);
		assertThat(this.environment.getProperty("management.endpoints.web.exposure.include")).isEqualTo("info,pm");
	}

	@Test
	void overrideWhatTheApplicationConfiguresForItself() {
		add(Map.of("spring.main.keep-alive", "false", "spring.mvc.servlet.path", "/app", "spring.webflux.base-path",
				"/app", "spring.web.resources.add-mappings", "true", "server.forward-headers-strategy", "framework",
				"server.ssl.enabled", "true"));
		MasterDefaults.apply(this.environment);
		assertThat(this.environment.getProperty("spring.main.keep-alive")).isEqualTo("true");
		assertThat(this.environment.getProperty("spring.mvc.servlet.path")).isEqualTo("/");
		assertThat(this.environment.getProperty("spring.webflux.base-path")).isEmpty();
		assertThat(this.environment.getProperty("spring.web.resources.add-mappings")).isEqualTo("false");
		assertThat(this.environment.getProperty("server.forward-headers-strategy")).isEqualTo("none");
		assertThat(this.environment.getProperty("server.ssl.enabled")).isEqualTo("false");
		assertThat(this.environment.getProperty("spring.devtools.restart.enabled")).isEqualTo("false");
	}

	@Test
	void probeTheMasterWhateverTheApplicationProbesOfItself() {
		String health = "management.endpoint.health.";
		add(Map.of(health + "group.readiness.include", "db,redis", health + "group.readiness.status.order", "UP",
				health + "group.liveness.include", "pm", health + "status.http-mapping.down", "200",
				health + "group.deploy.include", "db", "management.health.defaults.enabled", "false"));
		MasterDefaults.apply(this.environment);
		assertThat(this.environment.getProperty(health + "group.readiness.include")).isEqualTo("readinessState,pm");
		assertThat(this.environment.getProperty(health + "group.liveness.include")).isEqualTo("livenessState");
		assertThat(this.environment.containsProperty(health + "group.readiness.status.order")).isFalse();
		assertThat(this.environment.containsProperty(health + "status.http-mapping.down")).isFalse();
		assertThat(this.environment.getProperty(health + "group.deploy.include")).isEqualTo("db");
		assertThat(this.environment.getProperty("management.health.pm.enabled")).isEqualTo("true");
	}

	@Test
	void leavePmOutOfHealthWhereTheUserSaysSo() {
		add(Map.of("management.health.pm.enabled", "false"));
		MasterDefaults.apply(this.environment);
		assertThat(this.environment.getProperty("management.health.pm.enabled")).isEqualTo("false");
	}

	@Test
	void leaveThePortOfTheApplicationToPlaceholders() {
		add(Map.of("server.port", "8080", "pm.groups.web.listen", "${server.port}"));
		MasterDefaults.apply(this.environment);
		assertThat(this.environment.getProperty("pm.groups.web.listen")).isEqualTo("8080");
	}

	@Test
	void hideTheManagementServerHoweverItIsSpelt() {
		add(Map.of("management.server.port", "1", "management.server.ssl.enabled", "true",
				"Management.Server.Base-Path", "/x", "other", "kept"));
		this.environment.getPropertySources()
			.addFirst(new SimpleCommandLinePropertySource("--management.server.address=127.0.0.9", "--a=b"));
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("more-systemEnvironment",
					Map.of("MANAGEMENT_SERVER_PORT", "1", "OTHER_VARIABLE", "kept")));
		ConfigurationPropertySources.attach(this.environment);
		assertThat(this.environment.getProperty("management.server.port")).isEqualTo("1");
		MasterDefaults.apply(this.environment);
		ConfigurationPropertySources.attach(this.environment);
		for (String name : new String[] { "port", "address", "ssl.enabled", "base-path" }) {
			assertThat(this.environment.containsProperty("management.server." + name)).as(name).isFalse();
		}
		assertThat(this.environment.getProperty("other")).isEqualTo("kept");
		assertThat(this.environment.getProperty("a")).isEqualTo("b");
		assertThat(this.environment.getProperty("other.variable")).isEqualTo("kept");
	}

	@Test
	void hidingKeepsOriginsAndUntouchedSources() {
		TextResourceOrigin origin = new TextResourceOrigin(null, new TextResourceOrigin.Location(3, 1));
		add(Map.of("x", "y"));
		PropertySource<?> untouched = this.environment.getPropertySources().iterator().next();
		this.environment.getPropertySources()
			.addFirst(new OriginTrackedMapPropertySource("file", Map.of("management.server.port",
					OriginTrackedValue.of("1"), "spring.x", OriginTrackedValue.of("y", origin))));
		HiddenProperties.below("management.server.", this.environment);
		assertThat(this.environment.getPropertySources()).contains(untouched);
		assertThat(this.environment.getPropertySources().get("application")).isSameAs(untouched);
		PropertySource<?> file = this.environment.getPropertySources().get("file");
		assertThat(file.getProperty("management.server.port")).isNull();
		assertThat(OriginLookup.getOrigin(file, "spring.x")).isSameAs(origin);
	}

	@Test
	void masterHasItsOwnServerSettingsAndNoneOfTheApplications() {
		this.environment.getPropertySources()
			.addFirst(new MockPropertySource("application").withProperty("server.port", "1")
				.withProperty("server.forward-headers-strategy", "framework")
				.withProperty("server.tomcat.threads.min-spare", "50")
				.withProperty("server.tomcat.threads.max", "60")
				.withProperty("server.tomcat.max-part-count", "70")
				.withProperty("pm.master.max-connections", "30")
				.withProperty("server.tomcat.accesslog.enabled", "true"));
		MasterDefaults.apply(this.environment);
		Binder binder = Binder.get(this.environment, MasterDefaults.advisor().apply(BindHandler.DEFAULT));
		ServerProperties server = binder.bindOrCreate("server", ServerProperties.class);
		TomcatServerProperties tomcat = binder.bindOrCreate("server.tomcat", TomcatServerProperties.class);
		assertThat(server.getPort()).isNull();
		assertThat(server.getForwardHeadersStrategy()).isEqualTo(ServerProperties.ForwardHeadersStrategy.NONE);
		assertThat(tomcat.getThreads().getMinSpare()).isEqualTo(1);
		assertThat(tomcat.getThreads().getMax()).isEqualTo(16);
		assertThat(tomcat.getMaxConnections()).isEqualTo(30);
		assertThat(tomcat.getConnectionTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(tomcat.getMaxPartCount()).isEqualTo(new TomcatServerProperties().getMaxPartCount());
		assertThat(tomcat.getAccesslog().isEnabled()).isFalse();
	}

	private void add(Map<String, Object> properties) {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("application", new LinkedHashMap<>(properties)));
	}

}
