package io.pmboot.actuate;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

import io.pmboot.ReloadOutcome;
import io.pmboot.autoconfigure.PmSecurityAutoConfiguration;
import io.pmboot.test.HttpAnswer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The master's endpoints with Spring Security on the class path.
 */
class PmSecurityConfigurationTests {

	private static final Map<String, Object> SECURITY = Map.of("spring.autoconfigure.exclude", "");

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void endpointsAnswerWithoutLoginAndTheRestIsDenied(WebApplicationType type) throws Exception {
		try (MasterApplication application = MasterApplication.start(type, SECURITY)) {
			assertThat(status(application, "GET", "/actuator")).isEqualTo(200);
			assertThat(status(application, "GET", "/actuator/pm/web")).isEqualTo(200);
			assertThat(status(application, "GET", "/actuator/pm/wep")).isEqualTo(404);
			assertThat(status(application, "POST", "/actuator/pm/reload")).isEqualTo(202);
			assertThat(status(application, "GET", "/elsewhere")).isIn(401, 403);
			application.master().reset();
			CompletableFuture<HttpAnswer> response = RawRequest
				.json("/actuator/pm/reload", "{\"group\":\"web\",\"wait\":true}")
				.sendLater(application.port(), ForkJoinPool.commonPool());
			FakeMaster.finish(application.master().awaitReload(), ReloadOutcome.COMPLETED, null);
			assertThat(response.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
			assertThat(response.get().body()).contains("COMPLETED");
			assertThat(response.get().headers()).doesNotContainKey("set-cookie");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void withoutItBootAsksForALogin(WebApplicationType type) {
		try (MasterApplication application = MasterApplication.start(type,
				Map.of("spring.autoconfigure.exclude", PmSecurityAutoConfiguration.class.getName()))) {
			assertThat(status(application, "GET", "/actuator/pm")).isEqualTo(401);
		}
	}

	@Test
	void ownSecurityFilterChainWins() {
		try (MasterApplication application = MasterApplication.start(WebApplicationType.SERVLET,
				Map.of("spring.autoconfigure.exclude", "", "own.chain", true))) {
			assertThat(application.context().getBeansOfType(SecurityFilterChain.class)).containsOnlyKeys("own");
			assertThat(status(application, "GET", "/actuator/pm")).isEqualTo(403);
		}
	}

	private static int status(MasterApplication application, String method, String path) {
		return RawRequest.of(method, path, "").send(application.port()).status();
	}

	/**
	 * Of the master alone, and of one test: all are in the package that is scanned.
	 */
	@Configuration(proxyBeanMethods = false)
	@Profile("master")
	@ConditionalOnProperty("own.chain")
	static class OwnConfiguration {

		@Bean
		SecurityFilterChain own(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().denyAll()).build();
		}

	}

}
