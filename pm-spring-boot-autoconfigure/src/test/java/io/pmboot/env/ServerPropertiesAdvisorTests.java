package io.pmboot.env;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.mock.env.MockPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MasterDefaults#advisor()}.
 */
class ServerPropertiesAdvisorTests {

	@Test
	void masterHasItsOwnServerSettingsAndNoneOfTheApplications() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources()
			.addFirst(new MockPropertySource("application").withProperty("server.port", "1")
				.withProperty("server.forward-headers-strategy", "framework")
				.withProperty("server.tomcat.threads.min-spare", "50")
				.withProperty("server.tomcat.threads.max", "60")
				.withProperty("server.tomcat.max-part-count", "70")
				.withProperty("pm.master.max-connections", "30")
				.withProperty("server.tomcat.accesslog.enabled", "true"));
		MasterDefaults.apply(environment);
		Binder binder = Binder.get(environment, MasterDefaults.advisor().apply(BindHandler.DEFAULT));
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

}
