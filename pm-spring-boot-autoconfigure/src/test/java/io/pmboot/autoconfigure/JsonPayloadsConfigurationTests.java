package io.pmboot.autoconfigure;

import java.util.List;

import io.pmboot.autoconfigure.RoleConfiguration.JsonPayloadsConfiguration;
import io.pmboot.message.JsonPayloads;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link JsonPayloadsConfiguration}.
 */
class JsonPayloadsConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(JsonPayloadsConfiguration.class);

	@Test
	void theApplicationsOwnMapperWrites() {
		this.runner
			.withBean(JsonMapper.class,
					() -> JsonMapper.builder().enable(SerializationFeature.WRITE_SINGLE_ELEM_ARRAYS_UNWRAPPED).build())
			.run((context) -> assertThat(context.getBean(JsonPayloads.class).write(List.of("x"))).asString()
				.isEqualTo("\"x\""));
	}

	@Test
	void withoutOneMapperObjectsAreRefusedWhenTheyAreSent() {
		this.runner.run((context) -> assertThatIllegalArgumentException()
			.isThrownBy(() -> context.getBean(JsonPayloads.class).write(List.of())));
		this.runner.withBean("one", JsonMapper.class, JsonMapper::new)
			.withBean("two", JsonMapper.class, JsonMapper::new)
			.run((context) -> assertThatIllegalArgumentException()
				.isThrownBy(() -> context.getBean(JsonPayloads.class).write(List.of())));
	}

	@Test
	void withoutJacksonThereIsNoJson() {
		this.runner.withClassLoader(new FilteredClassLoader(JsonMapper.class))
			.run((context) -> assertThat(context).doesNotHaveBean(JsonPayloads.class));
	}

}
