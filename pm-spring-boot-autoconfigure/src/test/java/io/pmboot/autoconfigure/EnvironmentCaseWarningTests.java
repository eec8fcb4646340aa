package io.pmboot.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EnvironmentCaseWarning}.
 */
@ExtendWith(OutputCaptureExtension.class)
class EnvironmentCaseWarningTests {

	private final StandardEnvironment environment = new StandardEnvironment() {

		@Override
		public Map<String, Object> getSystemEnvironment() {
			return Map.of("PM_GROUPS_WEB_ENVIRONMENT_FOO_BAR", "1", "PM_GROUPS_WEB_LISTEN", "8080");
		}

	};

	@Test
	void theNameThatWorkersGetIsTold(CapturedOutput output) {
		ConfigurationPropertySources.attach(this.environment);
		Map<String, String> variables = Binder.get(this.environment)
			.bind("pm.groups.web.environment", Bindable.mapOf(String.class, String.class))
			.get();
		new EnvironmentCaseWarning(this.environment).afterSingletonsInstantiated();
		assertThat(variables).hasSize(1);
		assertThat(output)
			.contains("PM_GROUPS_WEB_ENVIRONMENT_FOO_BAR gives the workers of group 'web' a variable '"
					+ variables.keySet().iterator().next() + "'")
			.contains("--pm.groups.web.environment.FOO_BAR=")
			.doesNotContain("LISTEN");
	}

}
