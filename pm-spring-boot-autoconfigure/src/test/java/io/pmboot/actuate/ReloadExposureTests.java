package io.pmboot.actuate;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What changes something follows what is configured for endpoints.
 */
class ReloadExposureTests {

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void paths(WebApplicationType type) {
		try (MasterApplication application = MasterApplication.start(type, Map.of("management.endpoints.web.base-path",
				"/manage", "management.endpoints.web.path-mapping.pm", "processes"))) {
			assertThat(status(application, "GET", "/manage/processes/web")).isEqualTo(200);
			assertThat(status(application, "POST", "/manage/processes/reload")).isEqualTo(202);
			assertThat(status(application, "POST", "/manage/processes/scale")).isEqualTo(400);
			assertThat(status(application, "POST", "/actuator/pm/reload")).isEqualTo(404);
		}
	}

	@Test
	void rootBasePath() {
		try (MasterApplication application = MasterApplication.start(WebApplicationType.SERVLET,
				Map.of("management.endpoints.web.base-path", "/"))) {
			assertThat(status(application, "GET", "/pm")).isEqualTo(200);
			assertThat(status(application, "POST", "/pm/reload")).isEqualTo(202);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void notExposed(WebApplicationType type) {
		try (MasterApplication application = MasterApplication.start(type,
				Map.of("management.endpoints.web.exposure.exclude", "pm"))) {
			assertThat(status(application, "GET", "/actuator/pm")).isEqualTo(404);
			assertThat(status(application, "POST", "/actuator/pm/reload")).isEqualTo(404);
			assertThat(application.master().asked()).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void readOnly(WebApplicationType type) {
		try (MasterApplication application = MasterApplication.start(type,
				Map.of("management.endpoint.pm.access", "read-only"))) {
			assertThat(status(application, "GET", "/actuator/pm")).isEqualTo(200);
			assertThat(status(application, "POST", "/actuator/pm/reload")).isEqualTo(405);
			assertThat(status(application, "POST", "/actuator/pm/scale")).isEqualTo(405);
			assertThat(application.master().asked()).isEmpty();
		}
	}

	@Test
	void noAccess() {
		try (MasterApplication application = MasterApplication.start(WebApplicationType.SERVLET,
				Map.of("management.endpoints.access.max-permitted", "none"))) {
			assertThat(status(application, "GET", "/actuator/pm")).isEqualTo(404);
			assertThat(status(application, "POST", "/actuator/pm/reload")).isEqualTo(404);
		}
	}

	private static int status(MasterApplication application, String method, String path) {
		return RawRequest.of(method, path, "").send(application.port()).status();
	}

}
